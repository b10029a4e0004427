# The service in one image: the server, the worker and every command of `python -m keystage.web`.
# docs/guide/running.md tells of its settings; compose.yaml puts the parts together.
FROM python:3.11-slim-trixie AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/keystage
ENV PATH=/opt/keystage/bin:$PATH
COPY requirements/run.txt requirements/run.txt
RUN pip install --only-binary :all: --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN pip install --no-deps --no-build-isolation .
RUN KEYSTAGE_MODE=production KEYSTAGE_SECRET_KEY=of-no-use KEYSTAGE_STATIC=/opt/keystage/static \
    python -m keystage.web collectstatic --no-input

FROM python:3.11-slim-trixie
RUN useradd --system --uid 10001 --home-dir /var/lib/keystage --create-home keystage
COPY --from=build /opt/keystage /opt/keystage
ENV PATH=/opt/keystage/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KEYSTAGE_MODE=production \
    KEYSTAGE_FOLDER=/var/lib/keystage \
    KEYSTAGE_STATIC=/opt/keystage/static
USER 10001
WORKDIR /var/lib/keystage
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "keystage.web"]
CMD ["serve", "--no-worker", "--host", "0.0.0.0", "--workers", "2"]
