"""Lets LibreOffice open a workbook with a password, by a macro in a profile of its own.

The command line of LibreOffice takes no password; its macros do.
"""

import csv
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

_LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library">
 <library:library library:name="Standard" library:link="false"/>
</library:libraries>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">{modules}</library:library>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">{code}</script:module>
"""
_CODE = """
Sub Main
  Dim opening(2) As New com.sun.star.beans.PropertyValue
  opening(0).Name = "Hidden"
  opening(0).Value = True
  opening(1).Name = "Password"
  opening(1).Value = "{password}"
  opening(2).Name = "ReadOnly"
  opening(2).Value = True
  Dim book As Object
  book = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, opening())
  If IsNull(book) Then Exit Sub
  Dim storing(1) As New com.sun.star.beans.PropertyValue
  storing(0).Name = "FilterName"
  storing(0).Value = "Text - txt - csv (StarCalc)"
  storing(1).Name = "FilterOptions"
  storing(1).Value = "44,34,76,1,,0,false,true,false,false,false,{sheet}"
  book.storeToURL("{target}", storing())
  book.close(True)
End Sub
"""


def opened_with(
    soffice: str, workbook: Path, password: str, folder: Path, sheet: int
) -> list[list[str]] | None:
    """Return the cells of a sheet, from 1; None when LibreOffice does not open the workbook."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    macro = [soffice, "--headless", "--norestore", profile, "macro:///Standard.Module1.Main"]
    for _ in ("the first start may only lay the profile out", "the second runs the macro"):
        _lay_macro(folder, workbook, password, sheet)
        subprocess.run(macro, capture_output=True, timeout=90, check=True)
        if list(folder.glob("opened*.csv")):
            break
    for written in folder.glob("opened*.csv"):
        with written.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))
    return None


def _lay_macro(folder: Path, workbook: Path, password: str, sheet: int) -> None:
    basic = folder / "profile" / "user" / "basic"
    (basic / "Standard").mkdir(parents=True, exist_ok=True)
    target = (folder / "opened.csv").as_uri()
    code = _CODE.format(password=password, source=workbook.as_uri(), target=target, sheet=sheet)
    library = '<library:element library:name="Module1"/>'
    for name, content in {
        "script.xlc": _LIBRARIES,
        "dialog.xlc": _LIBRARIES,
        "Standard/script.xlb": _LIBRARY.format(modules=library),
        "Standard/dialog.xlb": _LIBRARY.format(modules=""),
        "Standard/Module1.xba": _MODULE.format(code=escape(code)),
    }.items():
        (basic / name).write_text(content, encoding="utf-8")
