"""What everybody may ask of receipts: the public keys, and whether one is genuine."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.actions.gateway.keys import published_keys
from keystage.flows.receipts import published
from keystage.web.attached import attached
from keystage.web.doors import open_page
from keystage.web.receipts.forms import VerifyForm
from keystage.web.receipts.showing import told


@open_page()
def keys(request: HttpRequest) -> HttpResponse:
    """Every public key that receipts were ever signed with."""
    del request
    return attached("keystage-receipt-keys.json", published(published_keys()))


@open_page(methods=("GET", "POST"))
def verify(request: HttpRequest) -> HttpResponse:
    """Hold a receipt, and the file beside it, against the keys. Nothing that is sent is kept."""
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    found = None
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        receipt = form.cleaned_data["receipt"].read()
        found = told(receipt, None if file is None else file.read(), published_keys())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "receipts/verify.html", {"form": form, "found": found}, status=status)
