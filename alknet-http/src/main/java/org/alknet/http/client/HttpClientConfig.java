package org.alknet.http.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How other services are reached. Credentials are no part of it: they come with each request.
 *
 * <p>Immutable.
 *
 * @param requestTimeout bound of one attempt, up to the header of its response; none if empty
 * @param retries when a request is made again
 * @param caBundle PEM file of authorities trusted besides those of the system
 * @param clientCertificate what this side shows
 * @param maxResponseBytes longest body of a response, 1 to 1 GiB
 * @param maxRequests most requests under way at a time, streams of events included, 1 to 65536
 */
public record HttpClientConfig(
    Optional<Duration> requestTimeout,
    RetryPolicy retries,
    Optional<Path> caBundle,
    Optional<ClientCertificate> clientCertificate,
    int maxResponseBytes,
    int maxRequests) {
  /** Refuses what is out of range. */
  public HttpClientConfig {
    Objects.requireNonNull(requestTimeout, "requestTimeout");
    Objects.requireNonNull(retries, "retries");
    Objects.requireNonNull(caBundle, "caBundle");
    Objects.requireNonNull(clientCertificate, "clientCertificate");
    if (maxResponseBytes < 1 || maxResponseBytes > 1 << 30) {
      throw new IllegalArgumentException(
          "maxResponseBytes is from 1 to 1 GiB, not " + maxResponseBytes);
    }
    if (maxRequests < 1 || maxRequests > 1 << 16) {
      throw new IllegalArgumentException("maxRequests is from 1 to 65536, not " + maxRequests);
    }
    if (requestTimeout.filter(time -> time.isNegative() || time.isZero()).isPresent()) {
      throw new IllegalArgumentException("requestTimeout is longer than nothing");
    }
  }

  /** Returns 3 retries, the system's authorities, bodies up to 16 MiB, 1024 requests at a time. */
  public static HttpClientConfig defaults() {
    return new HttpClientConfig(
        Optional.empty(),
        RetryPolicy.defaults(),
        Optional.empty(),
        Optional.empty(),
        16 << 20,
        1024);
  }

  /** Returns the same with other retries. */
  public HttpClientConfig withRetries(RetryPolicy other) {
    return new HttpClientConfig(
        requestTimeout, other, caBundle, clientCertificate, maxResponseBytes, maxRequests);
  }

  /** Returns the same with further authorities. */
  public HttpClientConfig withCaBundle(Path file) {
    return new HttpClientConfig(
        requestTimeout,
        retries,
        Optional.of(file),
        clientCertificate,
        maxResponseBytes,
        maxRequests);
  }

  /** Returns the same with a certificate of this side. */
  public HttpClientConfig withClientCertificate(ClientCertificate shown) {
    return new HttpClientConfig(
        requestTimeout, retries, caBundle, Optional.of(shown), maxResponseBytes, maxRequests);
  }

  /** Returns the same with another bound of response bodies. */
  public HttpClientConfig withMaxResponseBytes(int bytes) {
    return new HttpClientConfig(
        requestTimeout, retries, caBundle, clientCertificate, bytes, maxRequests);
  }

  /** Returns the same with another bound of requests under way. */
  public HttpClientConfig withMaxRequests(int requests) {
    return new HttpClientConfig(
        requestTimeout, retries, caBundle, clientCertificate, maxResponseBytes, requests);
  }

  /** Returns the same with a bound of each attempt. */
  public HttpClientConfig withRequestTimeout(Duration time) {
    return new HttpClientConfig(
        Optional.of(time), retries, caBundle, clientCertificate, maxResponseBytes, maxRequests);
  }

  /**
   * A certificate and its key in PEM files.
   *
   * @param cert chain, leaf first
   * @param key unencrypted PKCS#8 key
   */
  public record ClientCertificate(Path cert, Path key) {
    /** Refuses null. */
    public ClientCertificate {
      Objects.requireNonNull(cert, "cert");
      Objects.requireNonNull(key, "key");
    }
  }
}
