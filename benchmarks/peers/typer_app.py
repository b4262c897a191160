"""The least that a command line of Typer can be, with two commands."""

import typer

app = typer.Typer()


@app.command()
def one(name: str, loud: bool = False) -> None:
    """Do one thing."""


@app.command()
def two(name: str) -> None:
    """Do another."""


if __name__ == "__main__":
    app()
