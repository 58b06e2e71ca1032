"""How a form's field, its errors and words from people reach the page."""

import re

import flask
import pytest
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import UndefinedError
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from dialogue.web import components

HOSTILE = "\"'><script>alert(1)</script>"


class Everything(FlaskForm):
    title = StringField("Title", [DataRequired("Write a title.")], description=HOSTILE)
    remark = TextAreaField("Remark", [Length(max=200), DataRequired("Write a remark.")])
    secret = PasswordField("Passphrase", [DataRequired("Write your passphrase.")])
    address = EmailField("E-mail", [DataRequired("Write an address.")])
    agreed = BooleanField(HOSTILE, [DataRequired("Tick the box.")])
    stance = RadioField("Position", choices={"agree": "We agree", "hostile": HOSTILE}, validate_choice=False)
    country = SelectField("Country", choices={"pe": "Peru", "x": HOSTILE}, validate_choice=False)
    support = SelectMultipleField("Support", choices={"ground": "Ground", "x": HOSTILE}, validate_choice=False)
    due = DateField("Due", [Optional()])
    hours = IntegerField("Hours", [Optional()], render_kw={"inputmode": "numeric", "data-x": HOSTILE})
    file = FileField("File")
    back = HiddenField()


@pytest.fixture
def app():
    app = flask.Flask("dialogue.web", root_path=components.__file__.rpartition("/")[0])
    app.config.update(SECRET_KEY="for this test", TESTING=True)
    Babel(app)
    CSRFProtect(app)
    components.install(app)
    return app


def rendered(app, template, **values):
    with app.test_request_context("/"):
        form = Everything(formdata=None, data=dict.fromkeys(("title", "remark", "back"), HOSTILE))
        return flask.render_template_string(
            '{% from "_macros/field.html" import field, error_summary, form_start, post_button %}' + template,
            form=form,
            **values,
        )


@pytest.mark.parametrize("name", [name for name in vars(Everything) if not name.startswith("_") and name != "Meta"])
def test_what_a_person_wrote_never_becomes_markup(app, name):
    page = rendered(
        app,
        "{{ field(form[name], who_reads=words, markdown=True, label=words, hint=words) }}",
        name=name,
        words=HOSTILE,
    )

    assert "<script" not in page
    assert not re.search(r'="[^"]*"\'>', page)


def test_every_field_has_a_label_that_points_to_it(app):
    page = rendered(app, "{% for one in form if one.name != 'csrf_token' %}{{ field(one) }}{% endfor %}")
    named = set(re.findall(r'<label[^>]* for="([^"]+)"', page))

    for kind, attributes in re.findall(r"<(input|textarea|select)([^>]*)>", page):
        if 'type="hidden"' not in attributes:
            assert re.search(r'\bid="([^"]+)"', attributes)[1] in named, (kind, attributes)


def test_each_error_of_the_summary_leads_to_its_field(app):
    with app.test_request_context("/", method="POST", data={}):
        form = Everything(meta={"csrf": False})
        form.validate()
        page = flask.render_template_string(
            '{% from "_macros/field.html" import field, error_summary %}{{ error_summary(form) }}'
            "{% for one in form %}{{ field(one) }}{% endfor %}",
            form=form,
        )

    targets = re.findall(r'<a href="#([^"]+)"', page)
    assert targets == ["title", "remark", "secret", "address", "agreed"]
    for target in targets:
        assert page.count(f' id="{target}"') == 1
        assert f"{target}-error" in page


def test_the_readers_of_a_text_are_told_with_its_box(app):
    page = rendered(app, '{{ field(form.remark, who_reads="the union only") }}')

    assert "Who can read this: the union only" in page
    described = re.search(r'<textarea[^>]*aria-describedby="([^"]*)"', page)[1].split()
    assert "remark-readers" in described
    assert all(f'id="{part}"' in page for part in described)


def test_what_may_stay_empty_says_so(app):
    assert "Due (optional)" in rendered(app, "{{ field(form.due) }}")
    assert "(optional)" not in rendered(app, "{{ field(form.title) }}")


def test_a_passphrase_is_never_written_back(app):
    with app.test_request_context("/", method="POST", data={"secret": "correct horse"}):
        form = Everything(meta={"csrf": False})
        page = flask.render_template_string(
            '{% from "_macros/field.html" import field %}{{ field(form.secret) }}', form=form
        )
    assert "correct horse" not in page


def test_fields_within_a_field_are_shown_in_a_group(app):
    class Slot(Form):
        day = DateField("Day")

    class Dates(FlaskForm):
        dates = FieldList(FormField(Slot, "Date"), "Dates proposed", min_entries=2)
        papers = MultipleFileField("Papers")

    with app.test_request_context("/"):
        page = flask.render_template_string(
            '{% from "_macros/field.html" import field %}{{ field(form.dates) }}{{ field(form.papers) }}', form=Dates()
        )

    assert page.count("<legend") == 3
    assert page.count('type="date"') == 2
    assert re.search(r'<input[^>]*type="file"[^>]* multiple', page)


def test_a_form_that_posts_carries_its_token(app):
    assert 'name="csrf_token"' in rendered(app, '{{ form_start("/somewhere") }}</form>')
    assert 'name="csrf_token"' in rendered(app, '{{ post_button("Leave", "/leave") }}')


def test_a_forgotten_value_stops_the_page_instead_of_showing_nothing(app):
    with pytest.raises(UndefinedError):
        rendered(app, "{{ forgotten }}")


def test_an_asset_has_another_address_when_it_has_changed(app, tmp_path):
    (tmp_path / "a.css").write_text("one")
    with app.test_request_context("/"):
        first = components.Assets(tmp_path).address("a.css")
        (tmp_path / "a.css").write_text("two")
        assert components.Assets(tmp_path).address("a.css") != first
