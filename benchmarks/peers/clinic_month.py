"""What a clinic would write for itself, with pandas and openpyxl: `clinic_month.py FILE OUT.xlsx`.

Reads the month, looks at what is looked at every month, prices it, and writes a workbook with the
claims, the sessions that were left out and a summary. No ledger, no history, no Teleplan file.
"""

import sys

import pandas

_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3)
_PRICES = {
    "01156": 49.39,
    "01157": 77.92,
    "01124": 62.16,
    "01125": 93.29,
    "00014": 36.4,
    "00015": 24.6,
}


def wrong(row):
    """Return why a session is left out, blank when it is not."""
    phn = str(row["phn"])
    rest = sum(int(digit) * weight for digit, weight in zip(phn[1:9], _WEIGHTS, strict=False)) % 11
    if len(phn) != 10 or phn[0] != "9" or 11 - rest != int(phn[9]):
        return "PHN"
    if pandas.isna(row["referral_number"]):
        return "no referral"
    if pandas.isna(row["diagnosis_1"]):
        return "no diagnosis"
    if row["chart_signed"] != "yes":
        return "chart not signed"
    return ""


def items(row):
    """Return the fee items of a session."""
    found = []
    count = row["trigger_point_injections"]
    if pandas.notna(count):
        found.append("01156" if int(count) == 1 else "01157")
    if pandas.notna(row["nerve_block_sites"]):
        found.append("01125" if ";" in row["nerve_block_sites"] else "01124")
    if pandas.notna(row["joint_sites"]):
        found.append("00014" if "hip" in row["joint_sites"] else "00015")
    return found


def main():
    """Make the month's workbook."""
    frame = pandas.read_csv(sys.argv[1], dtype=str)
    frame = frame[frame["status"] == "completed"]
    frame["wrong"] = frame.apply(wrong, axis=1)
    good = frame[frame["wrong"] == ""].copy()
    good["fee_item"] = good.apply(items, axis=1)
    claims = good.explode("fee_item")
    claims["amount"] = claims["fee_item"].map(_PRICES)
    columns = ["session_id", "service_date", "practitioner_number", "phn", "patient_first_name",
               "patient_surname", "birth_date", "referral_number", "diagnosis_1", "location_code",
               "start_time", "end_time", "fee_item", "amount"]  # fmt: skip
    summary = claims.groupby(["practitioner_number", "fee_item"])["amount"].agg(["count", "sum"])
    with pandas.ExcelWriter(sys.argv[2], engine="openpyxl") as book:
        claims[columns].to_excel(book, sheet_name="Claims", index=False)
        frame[frame["wrong"] != ""].to_excel(book, sheet_name="Left out", index=False)
        summary.to_excel(book, sheet_name="Summary")


if __name__ == "__main__":
    main()
