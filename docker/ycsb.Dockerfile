# The YCSB runner, and the comparison that docker-compose.yml's profile "ycsb" starts.
#   docker build -f docker/ycsb.Dockerfile -t pkv-ycsb .
#   docker run --rm --network host pkv-ycsb run redis -P workloads/workloada -p redis.port=6379

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY .editorconfig global.json Directory.Build.props Directory.Packages.props ./
COPY figures/Pkv.Figures.csproj figures/packages.lock.json figures/
COPY ycsb/Pkv.Ycsb.csproj ycsb/packages.lock.json ycsb/
RUN dotnet restore ycsb/Pkv.Ycsb.csproj --locked-mode
COPY figures figures/
COPY ycsb ycsb/
RUN dotnet publish ycsb/Pkv.Ycsb.csproj -c Release --no-restore -o /app

# With a shell, for the comparison.
FROM mcr.microsoft.com/dotnet/runtime:10.0-noble
COPY --from=build /app /opt/ycsb
COPY docker/ycsb-compare.sh /opt/ycsb/
ENV PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/ycsb" \
    DOTNET_EnableDiagnostics=0
WORKDIR /opt/ycsb
USER 1654:1654
ENTRYPOINT ["pkv-ycsb"]
