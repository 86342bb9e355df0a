# The hook `tightlip-docker` and anybody who wants an image: the binary and nothing else.
FROM docker.io/library/rust:1.95-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo install --locked --path . --root /out

FROM docker.io/library/debian:trixie-slim
COPY --from=build /out/bin/tightlip /usr/local/bin/tightlip
USER 65534:65534
ENTRYPOINT ["tightlip"]
