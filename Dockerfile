# syntax=docker/dockerfile:1
# The operator on a slim Node: a few files, no shell needed, any user. test/image runs each of these steps, since they are scripts.
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg NODE_DIGEST=sha256:… --build-arg VERSION=… .
ARG NODE_VERSION=26.10.0
# Of that version's index, looked up at release: a tag may move, a digest does not.
ARG NODE_DIGEST=""

# The bundle is JavaScript alone, the same for every platform, so it is made on the builder's own.
FROM --platform=$BUILDPLATFORM node:${NODE_VERSION}-slim${NODE_DIGEST:+@$NODE_DIGEST} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY scripts/bundle.mjs scripts/
COPY examples examples
COPY src src
RUN node scripts/bundle.mjs --out /out

FROM node:${NODE_VERSION}-slim${NODE_DIGEST:+@$NODE_DIGEST}
ARG VERSION=""
ARG REVISION=""
LABEL org.opencontainers.image.title="apisix-route-operator" \
      org.opencontainers.image.description="Makes the APISIX route you meant be the route that answers." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /out /app
WORKDIR /app
# Small buffers for what is young: 16 MB of them, the default, stay allocated for good. More routes than 10,000 may want more. And one arena
# of malloc, from which large blocks stay out, so that what was freed goes back to the kernel.
ENV NODE_OPTIONS="--max-semi-space-size=2" MALLOC_ARENA_MAX="1" MALLOC_MMAP_THRESHOLD_="30000" MALLOC_TRIM_THRESHOLD_="131072"
# A number, so that Kubernetes can tell that it is not root.
USER 65532:65532
EXPOSE 8080
# Without Maglev: 30 MB less at the peak of 5,000 routes, for half as much processor time again. The best compiler's buffers V8 gives back by
# itself, in place of malloc. The heap is collected when it has grown by 70 percent, not when it is four times what lived: 60 MB less at 5,000 routes, for a
# twentieth of the processor time. --expose-gc lets the operator collect when it rests. NODE_OPTIONS takes none of these.
# `npm run bench -- --only footprint` and `--only passes` measure what all this is worth.
ENTRYPOINT ["/usr/local/bin/node", "--expose-gc", "--no-maglev", "--managed-zone-memory", "--heap-growing-percent=70", "/app/apisix-route.mjs"]
CMD ["run"]
