"""Forms: label, help and error belong to their input for everybody who cannot see where they stand."""

from django import forms
from django.test import SimpleTestCase

from ddci_web.ui.showcase import SampleForm


class PhoneForm(forms.Form):
    phone = forms.CharField(label="Điện thoại", help_text="10 chữ số.", min_length=10)
    note = forms.CharField(label="Ghi chú", required=False)
    agreed = forms.BooleanField(label="Đã đối chiếu", required=False)
    to = forms.ChoiceField(label="Gửi cho", choices=[("a", "Sở"), ("b", "Xã")], widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


class TestFields(SimpleTestCase):
    def test_help_and_error_are_named_by_the_input(self):
        html = PhoneForm({"phone": "12"})["phone"].as_field_group()

        self.assertInHTML('<p class="field__help" id="id_phone_helptext">10 chữ số.</p>', html)
        assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
        assert 'id="id_phone_error"' in html
        assert 'aria-invalid="true"' in html

    def test_the_label_points_to_its_input_and_says_what_may_stay_empty(self):
        html = PhoneForm()["note"].as_field_group()

        optional = '<span class="field__optional">(có thể bỏ trống)</span>'
        self.assertInHTML(f'<label for="id_note">Ghi chú {optional}</label>', html)
        assert "bỏ trống" not in PhoneForm()["phone"].as_field_group()

    def test_a_form_where_all_may_stay_empty_can_leave_that_out(self):
        form = PhoneForm()
        form.marks_optional = False

        assert "bỏ trống" not in form["note"].as_field_group()

    def test_a_box_to_tick_comes_before_its_label(self):
        html = PhoneForm()["agreed"].as_field_group()

        assert html.index("<input") < html.index("<label")

    def test_choices_stand_in_a_fieldset_and_their_whole_row_is_the_target(self):
        html = PhoneForm()["to"].as_field_group()

        assert "<fieldset" in html
        assert "<legend>Gửi cho" in html
        assert html.count('<label class="check"') == 2

    def test_the_summary_links_every_error_to_its_field(self):
        html = str(SampleForm({"phone": "09"}))

        assert "Còn 4 chỗ cần sửa" in html
        assert 'href="#id_phone"' in html
        assert 'role="alert"' in html

    def test_a_form_without_errors_has_no_summary_and_keeps_hidden_fields(self):
        html = str(PhoneForm())

        assert "chỗ cần sửa" not in html
        assert html.count('type="hidden"') == 1
