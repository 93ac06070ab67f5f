"""Whether a number can be what it looks like: the check digits of cards, accounts and identity numbers.

They tell a person's number from any other of the same length, mostly: one digit of ten passes by chance. All take the
number as it is written, spaces and dashes taken out.
"""

from __future__ import annotations

import re
from datetime import date

_CARD_OPENING = re.compile(r"3[0-9]|4|5[0-9]|6|2(?:2[2-9]|[3-6]|7[01]|720)")
"""What the networks give out; ISBNs, amounts and times begin otherwise."""


def is_card(digits: str) -> bool:
    """A payment card: Luhn's check digit (ISO/IEC 7812-1)."""
    return bool(_CARD_OPENING.match(digits)) and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return len(set(digits)) > 1 and sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """An account number (ISO 13616): modulo 97."""
    moved = text[4:] + text[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def is_chinese_id(text: str) -> bool:
    """A resident's identity number (GB 11643): eighteen places with a date of birth, modulo 11-2 (ISO 7064)."""
    total = sum(int(digit) * (1 << 17 - place) for place, digit in enumerate(text[:17]))
    return _is_date(text[6:14]) and "10X98765432"[total % 11] == text[17].upper()


def is_taiwanese_id(text: str) -> bool:
    """A national identification card's number."""
    letter = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0].upper()) + 10
    weighted = letter // 10 + 9 * (letter % 10)
    return (
        weighted + sum(int(digit) * weight for digit, weight in zip(text[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True))
    ) % 10 == 0


def is_hong_kong_id(text: str) -> bool:
    """An identity card's number, such as A1234563 without its brackets."""
    letters = [36, *(int(each, 36) for each in text[:-7])][-2:]
    values = [*letters, *(int(digit) for digit in text[-7:-1])]
    check = 10 if text[-1].upper() == "A" else int(text[-1])
    return (sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True)) + check) % 11 == 0


def is_korean_id(digits: str) -> bool:
    """A resident registration number."""
    total = sum(
        int(digit) * weight for digit, weight in zip(digits[:12], (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True)
    )
    return (11 - total % 11) % 10 == int(digits[12]) and 1 <= int(digits[2:4]) <= 12


def is_aadhaar(digits: str) -> bool:
    """An Indian Aadhaar number: Verhoeff's check digit."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _D5[check][_permuted(int(digit), place)]
    return check == 0


def _permuted(digit: int, times: int) -> int:
    for _ in range(times % 8):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit


_D5 = [
    [
        (a + b) % 5 if a < 5 and b < 5 else 5 + (a + b) % 5 if a < 5 else 5 + (a - b) % 5 if b < 5 else (a - b) % 5
        for b in range(10)
    ]
    for a in range(10)
]
"""How the symmetries of a pentagon combine (the dihedral group D5)."""


def is_spanish_id(text: str) -> bool:
    """A DNI or NIE."""
    number = text[:-1].upper().translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1].upper()


def is_french_id(digits: str) -> bool:
    """A number of social security (NIR), with its key of two digits."""
    return 97 - int(digits[:13]) % 97 == int(digits[13:]) and 1 <= int(digits[3:5]) <= 12


def is_italian_id(text: str) -> bool:
    """A codice fiscale."""
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    values = [int(each) if each.isdigit() else ord(each) - 65 for each in text.upper()]
    total = sum(value if place % 2 else odd[value] for place, value in enumerate(values[:15]))
    return total % 26 == values[15]


def is_brazilian_id(digits: str) -> bool:
    """A CPF: two check digits."""
    return len(set(digits)) > 1 and all(
        sum(int(digit) * weight for digit, weight in zip(digits[:length], range(length + 1, 1, -1), strict=True))
        * 10
        % 11
        % 10
        == int(digits[length])
        for length in (9, 10)
    )


def is_polish_id(digits: str) -> bool:
    """A PESEL."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), strict=True))
    return total % 10 == 0 and 1 <= int(digits[2:4]) % 20 <= 12 and 1 <= int(digits[4:6]) <= 31


def _is_date(digits: str) -> bool:
    try:
        return 1850 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2100
    except ValueError:
        return False
