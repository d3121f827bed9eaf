# One file, two targets: `bot` (no torch) and `gpu` (a worker with torch).
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS build
WORKDIR /app
COPY requirements requirements
RUN python3 -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/text.txt
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM ${BASE_IMAGE} AS bot
RUN useradd --system --create-home --uid 10001 samovar && install -d -o samovar /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 SAMOVAR_DATA=/data SAMOVAR_HTTP_HOST=0.0.0.0
USER samovar
WORKDIR /data
VOLUME /data
EXPOSE 8081
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8081/readyz', timeout=4)"]
CMD ["samovar", "run"]

FROM bot AS gpu
USER root
COPY --from=build /app/pyproject.toml /tmp/pyproject.toml
RUN python3 -c "import tomllib; print('\n'.join(tomllib.load(open('/tmp/pyproject.toml', 'rb'))['project']['optional-dependencies']['gpu']))" > /tmp/gpu.txt \
 && /venv/bin/pip install --no-cache-dir -r /tmp/gpu.txt
USER samovar
HEALTHCHECK NONE
CMD ["samovar", "workers"]
