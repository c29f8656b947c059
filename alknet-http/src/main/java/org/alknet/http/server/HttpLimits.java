package org.alknet.http.server;

import java.time.Duration;

/**
 * Bounds of the HTTP face (spec/http.md section 17).
 *
 * <p>Immutable.
 */
public final class HttpLimits {
  private static final int MIB = 1 << 20;

  private final Builder values;

  private HttpLimits(Builder values) {
    this.values = values;
  }

  /** Returns the defaults, which each setter of the builder names. */
  public static HttpLimits defaults() {
    return builder().build();
  }

  /** Starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the longest request body. */
  public int maxBodyBytes() {
    return values.maxBodyBytes;
  }

  /** Returns how many bytes of request bodies are held at a time, all requests together. */
  public long maxHeldBytes() {
    return values.maxHeldBytes;
  }

  /** Returns the longest request line. */
  public int maxRequestLineBytes() {
    return values.maxRequestLineBytes;
  }

  /** Returns the longest header, all fields together. */
  public int maxHeaderBytes() {
    return values.maxHeaderBytes;
  }

  /** Returns how many HTTP/2 streams a connection may have open. */
  public int maxConcurrentStreams() {
    return values.maxConcurrentStreams;
  }

  /** Returns how many streams a client may reset in 30 s. */
  public int maxResets() {
    return values.maxResets;
  }

  /** Returns the longest WebSocket message. */
  public int maxMessageBytes() {
    return values.maxMessageBytes;
  }

  /** Returns the longest WebSocket frame. */
  public int maxMessageFrameBytes() {
    return Math.min(values.maxMessageFrameBytes, values.maxMessageBytes);
  }

  /** Returns how many entries a batch may have. */
  public int maxBatch() {
    return values.maxBatch;
  }

  /** Returns how many entries of a batch run at a time. */
  public int batchConcurrency() {
    return values.batchConcurrency;
  }

  /** Returns how many refused credentials end a connection, unless the node's limits are shared. */
  public int maxAuthAttempts() {
    return values.maxAuthAttempts;
  }

  /** Returns how long a request header may take, and a TLS handshake. */
  public Duration headerTimeout() {
    return values.headerTimeout;
  }

  /** Returns how long a request body may make no progress. */
  public Duration bodyTimeout() {
    return values.bodyTimeout;
  }

  /** Returns how long a connection may be idle. */
  public Duration idleTimeout() {
    return values.idleTimeout;
  }

  /** Returns how long a client may not take what is written for it. */
  public Duration writeTimeout() {
    return values.writeTimeout;
  }

  /** Returns after which silence a comment is sent in a stream of events. */
  public Duration eventKeepAlive() {
    return values.eventKeepAlive;
  }

  /** Returns how often a WebSocket is pinged. */
  public Duration pingInterval() {
    return values.pingInterval;
  }

  /** Returns after which silence a WebSocket is closed. */
  public Duration silenceTimeout() {
    return values.silenceTimeout;
  }

  /** Returns how long requests under way may take when the server stops. */
  public Duration drainTimeout() {
    return values.drainTimeout;
  }

  /** Collects limits. Not thread-safe. */
  public static final class Builder {
    private int maxBodyBytes = 2 * MIB;
    private long maxHeldBytes = Math.max(16L * MIB, Runtime.getRuntime().maxMemory() / 8);
    private int maxRequestLineBytes = 8192;
    private int maxHeaderBytes = 16_384;
    private int maxConcurrentStreams = 100;
    private int maxResets = 200;
    private int maxMessageBytes = 64 * MIB;
    private int maxMessageFrameBytes = 16 * MIB;
    private int maxBatch = 100;
    private int batchConcurrency = 1;
    private int maxAuthAttempts = 5;
    private Duration headerTimeout = Duration.ofSeconds(10);
    private Duration bodyTimeout = Duration.ofSeconds(30);
    private Duration idleTimeout = Duration.ofSeconds(75);
    private Duration writeTimeout = Duration.ofSeconds(60);
    private Duration eventKeepAlive = Duration.ofSeconds(15);
    private Duration pingInterval = Duration.ofSeconds(30);
    private Duration silenceTimeout = Duration.ofSeconds(60);
    private Duration drainTimeout = Duration.ofSeconds(10);

    private Builder() {}

    private Builder(Builder from) {
      this.maxBodyBytes = from.maxBodyBytes;
      this.maxHeldBytes = from.maxHeldBytes;
      this.maxRequestLineBytes = from.maxRequestLineBytes;
      this.maxHeaderBytes = from.maxHeaderBytes;
      this.maxConcurrentStreams = from.maxConcurrentStreams;
      this.maxResets = from.maxResets;
      this.maxMessageBytes = from.maxMessageBytes;
      this.maxMessageFrameBytes = from.maxMessageFrameBytes;
      this.maxBatch = from.maxBatch;
      this.batchConcurrency = from.batchConcurrency;
      this.maxAuthAttempts = from.maxAuthAttempts;
      this.headerTimeout = from.headerTimeout;
      this.bodyTimeout = from.bodyTimeout;
      this.idleTimeout = from.idleTimeout;
      this.writeTimeout = from.writeTimeout;
      this.eventKeepAlive = from.eventKeepAlive;
      this.pingInterval = from.pingInterval;
      this.silenceTimeout = from.silenceTimeout;
      this.drainTimeout = from.drainTimeout;
    }

    /** Sets the longest request body; 2 MiB by default, at most 64 MiB. */
    public Builder maxBodyBytes(int value) {
      maxBodyBytes = within("maxBodyBytes", value, 64 * MIB);
      return this;
    }

    /** Sets the bytes of bodies held at a time; an eighth of the heap by default. */
    public Builder maxHeldBytes(long value) {
      if (value < 1) {
        throw new IllegalArgumentException("maxHeldBytes is at least 1, not " + value);
      }
      maxHeldBytes = value;
      return this;
    }

    /** Sets the longest request line; 8 KiB by default, at most 64 KiB. */
    public Builder maxRequestLineBytes(int value) {
      maxRequestLineBytes = within("maxRequestLineBytes", value, 65_536);
      return this;
    }

    /** Sets the longest header; 16 KiB by default, at most 256 KiB. */
    public Builder maxHeaderBytes(int value) {
      maxHeaderBytes = within("maxHeaderBytes", value, 262_144);
      return this;
    }

    /** Sets the open streams of a connection; 100 by default. */
    public Builder maxConcurrentStreams(int value) {
      maxConcurrentStreams = within("maxConcurrentStreams", value, 10_000);
      return this;
    }

    /** Sets the streams a client may reset in 30 s; 200 by default. */
    public Builder maxResets(int value) {
      maxResets = within("maxResets", value, 100_000);
      return this;
    }

    /** Sets the longest WebSocket message; 64 MiB by default and at most. */
    public Builder maxMessageBytes(int value) {
      maxMessageBytes = within("maxMessageBytes", value, 64 * MIB);
      return this;
    }

    /** Sets the longest WebSocket frame; 16 MiB by default, never longer than a message. */
    public Builder maxMessageFrameBytes(int value) {
      maxMessageFrameBytes = within("maxMessageFrameBytes", value, 64 * MIB);
      return this;
    }

    /** Sets the entries of a batch; 100 by default, at most 1000. */
    public Builder maxBatch(int value) {
      maxBatch = within("maxBatch", value, 1000);
      return this;
    }

    /** Sets how many entries of a batch run at a time; 1 by default: in their order. */
    public Builder batchConcurrency(int value) {
      batchConcurrency = within("batchConcurrency", value, 1000);
      return this;
    }

    /** Sets the refused credentials that end a connection; 5 by default. */
    public Builder maxAuthAttempts(int value) {
      maxAuthAttempts = within("maxAuthAttempts", value, 1_000_000);
      return this;
    }

    /** Sets the time for a request header; 10 s by default. */
    public Builder headerTimeout(Duration value) {
      headerTimeout = positive("headerTimeout", value);
      return this;
    }

    /** Sets how long a body may make no progress; 30 s by default. */
    public Builder bodyTimeout(Duration value) {
      bodyTimeout = positive("bodyTimeout", value);
      return this;
    }

    /** Sets how long a connection may be idle; 75 s by default. */
    public Builder idleTimeout(Duration value) {
      idleTimeout = positive("idleTimeout", value);
      return this;
    }

    /** Sets how long a client may not read its reply; 60 s by default. */
    public Builder writeTimeout(Duration value) {
      writeTimeout = positive("writeTimeout", value);
      return this;
    }

    /** Sets the longest silence in a stream of events; 15 s by default. */
    public Builder eventKeepAlive(Duration value) {
      eventKeepAlive = positive("eventKeepAlive", value);
      return this;
    }

    /** Sets how often a WebSocket is pinged; 30 s by default. */
    public Builder pingInterval(Duration value) {
      pingInterval = positive("pingInterval", value);
      return this;
    }

    /** Sets the silence after which a WebSocket is closed; 60 s by default. */
    public Builder silenceTimeout(Duration value) {
      silenceTimeout = positive("silenceTimeout", value);
      return this;
    }

    /** Sets how long requests under way may take when the server stops; 10 s by default. */
    public Builder drainTimeout(Duration value) {
      drainTimeout = positive("drainTimeout", value);
      return this;
    }

    /** Returns the limits. */
    public HttpLimits build() {
      return new HttpLimits(new Builder(this));
    }

    private static int within(String name, int value, int max) {
      if (value < 1 || value > max) {
        throw new IllegalArgumentException(name + " is from 1 to " + max + ", not " + value);
      }
      return value;
    }

    private static Duration positive(String name, Duration value) {
      if (value.isNegative() || value.isZero()) {
        throw new IllegalArgumentException(name + " is longer than nothing, not " + value);
      }
      return value;
    }
  }
}
