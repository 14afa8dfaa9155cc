# pkv-server and the tool pkv, in an image without shell and package manager: 4 MB on top of the .NET runtime.
#   docker build -f docker/pkv.Dockerfile -t pkv .
#   docker run -d -p 127.0.0.1:6379:6379 -v pkv-data:/data pkv          a pool file in the volume, medium "file"

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
# Packages change seldom: they have a layer of their own.
COPY .editorconfig global.json Directory.Build.props Directory.Packages.props ./
COPY linux/Pkv.Linux.csproj linux/packages.lock.json linux/
COPY resp/Pkv.Resp.csproj resp/packages.lock.json resp/
COPY persistence/Pkv.Persistence.csproj persistence/packages.lock.json persistence/
COPY zio/Pkv.Zio.csproj zio/packages.lock.json zio/
COPY lua/Pkv.Lua.csproj lua/packages.lock.json lua/
COPY engine/Pkv.Engine.csproj engine/packages.lock.json engine/
COPY server/Pkv.Server.csproj server/packages.lock.json server/
COPY cli/Pkv.Cli.csproj cli/packages.lock.json cli/
RUN dotnet restore cli/Pkv.Cli.csproj --locked-mode
COPY linux linux/
COPY resp resp/
COPY persistence persistence/
COPY zio zio/
COPY lua lua/
COPY engine engine/
COPY server server/
COPY cli cli/
RUN dotnet publish server/Pkv.Server.csproj -c Release --no-restore -o /app \
 && dotnet publish cli/Pkv.Cli.csproj -c Release --no-restore -o /app \
 && mkdir /data

FROM mcr.microsoft.com/dotnet/runtime:10.0-noble-chiseled
LABEL org.opencontainers.image.title="pkv" \
      org.opencontainers.image.description="A key-value store of Redis's protocol whose every acknowledged write is durable" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /app /app
# 1654 is the user "app" of Microsoft's images; the volume takes its owner from this folder.
COPY --from=build --chown=1654:1654 /data /data
# The container's network is the border, as with Redis's image: who publishes the port decides who gets in, and sets PKV_REQUIREPASS
# for more than the own machine. Without diagnostics the runtime writes nothing outside /data.
ENV PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/app" \
    PKV_POOL=/data/pkv.pool \
    PKV_BIND="* -::*" \
    PKV_PROTECTED_MODE=no \
    DOTNET_EnableDiagnostics=0
WORKDIR /data
VOLUME /data
USER 1654:1654
EXPOSE 6379
STOPSIGNAL SIGTERM
# Unanswered until recovery is through, which for a large pool may take minutes.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m --retries=3 CMD ["/app/pkv", "ping"]
ENTRYPOINT ["/app/pkv-server"]
