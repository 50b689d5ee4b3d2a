"""`python -m bot` is `newsbrief`."""

from bot.cli import main

if __name__ == "__main__":
    main()
