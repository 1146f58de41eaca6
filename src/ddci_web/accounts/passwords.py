"""What a password must be, in Vietnamese: told before the error happens, and in the same words when it does.

In:  the validators of the settings. Out: ``rules()`` for the hint beside a field, ``check`` for a password typed.
"""

from __future__ import annotations

from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError

from ddci_web.accounts.models import Member

ADVICE = "Một câu ngắn dễ nhớ, gồm bốn hoặc năm từ, là mật khẩu tốt."
RULES = {
    "MinimumLengthValidator": "có ít nhất {min_length} ký tự",
    "UserAttributeSimilarityValidator": "không giống tên hay địa chỉ thư điện tử của bạn",
    "CommonPasswordValidator": "không nằm trong danh sách mật khẩu nhiều người dùng",
    "NumericPasswordValidator": "không chỉ gồm chữ số",
}
FAULTS = {
    "password_too_short": "Mật khẩu còn ngắn. Hãy nhập ít nhất {min_length} ký tự.",
    "password_too_similar": "Mật khẩu quá giống tên hoặc địa chỉ thư điện tử của bạn. Hãy chọn những từ khác.",
    "password_too_common": "Nhiều người dùng mật khẩu này nên rất dễ đoán. Hãy ghép thêm vài từ khác.",
    "password_entirely_numeric": "Mật khẩu chỉ gồm chữ số. Hãy thêm chữ.",
}


def rules() -> str:
    """One sentence, made from the validators in force."""
    said = [
        RULES.get(type(rule).__name__, "{help}").format(
            min_length=getattr(rule, "min_length", 0), help=rule.get_help_text()
        )
        for rule in get_default_password_validators()
    ]
    return f"Mật khẩu {', '.join(said)}. {ADVICE}"


def check(password: str, member: Member | None = None) -> str:
    """Raises ValidationError with every fault at once."""
    try:
        validate_password(password, member)
    except ValidationError as found:
        raise ValidationError([_in_words(fault) for fault in found.error_list]) from None
    return password


def _in_words(fault: ValidationError) -> ValidationError:
    text = FAULTS.get(fault.code or "")
    return ValidationError(text.format(**(fault.params or {})), code=fault.code) if text else fault
