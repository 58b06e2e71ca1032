"""What is asked of whoever searches a case."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length

from dialogue.domain.search import LONGEST_QUESTION, Order
from dialogue.web.forms.filters import strip
from dialogue.web.labels import choices


class SearchForm(FlaskForm):
    """What to look for; the browser is asked not to keep it either."""

    words = StringField(
        _l("What to look for"),
        description=_l(
            'All words must occur; the beginning of a word is enough. Put words into quotes, "like these", where they '
            "stand together."
        ),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Write what to look for.")),
            Length(max=LONGEST_QUESTION, message=_l("Shorten this to at most %(max)d characters.")),
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "type": "search"},
    )
    order = RadioField(_l("Order"), choices=choices(*Order), default=Order.NEWEST.value)

    @property
    def chosen(self) -> Order:
        return Order(self.order.data)
