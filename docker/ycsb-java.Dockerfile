# The original YCSB, its release as published, with the same comparison: docker-compose.yml's profile "ycsb-java".

FROM eclipse-temurin:11-jre
ARG YCSB_VERSION=0.17.0
ADD https://github.com/brianfrankcooper/YCSB/releases/download/${YCSB_VERSION}/ycsb-redis-binding-${YCSB_VERSION}.tar.gz /opt/
RUN cd /opt \
 && tar --no-same-owner -xzf ycsb-redis-binding-${YCSB_VERSION}.tar.gz \
 && rm ycsb-redis-binding-${YCSB_VERSION}.tar.gz \
 && mv ycsb-redis-binding-${YCSB_VERSION} ycsb \
 && chmod -R a+rX ycsb
COPY docker/ycsb-compare.sh /opt/ycsb/
WORKDIR /opt/ycsb
USER 1654:1654
ENTRYPOINT ["/opt/ycsb/bin/ycsb.sh"]
