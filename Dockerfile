# Reverie in a container: docs/guides/service.md says how to run it and what the numbers mean.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Without install scripts, as `npm start` does it: they would fetch GPU libraries that are not needed to run.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY adapters adapters
COPY pipelines pipelines
COPY panel panel
RUN node scripts/setup.mjs && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-bookworm-slim
ENV NODE_ENV=production REVERIE_HOME=/data REVERIE_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# For `reverie new pipeline`.
COPY templates templates
COPY presets presets
# For TouchDesigner.
COPY touchdesigner touchdesigner
COPY clients clients
RUN ln -s /app/dist/src/cli.js /usr/local/bin/reverie && chmod +x dist/src/cli.js \
  && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8000/tcp 8000/udp
STOPSIGNAL SIGTERM
# Asked from inside, where no token is needed.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.REVERIE_PORT ?? 8000) + '/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/cli.js"]
CMD ["start"]
