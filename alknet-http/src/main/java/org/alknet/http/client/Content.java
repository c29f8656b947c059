package org.alknet.http.client;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A response body: all of it, or a stream that somebody has to take or to cancel. */
final class Content {
  private final byte[] whole;
  private final Flow.@Nullable Publisher<List<ByteBuffer>> pieces;

  private Content(byte[] whole, Flow.@Nullable Publisher<List<ByteBuffer>> pieces) {
    this.whole = whole;
    this.pieces = pieces;
  }

  static Content whole(byte[] bytes) {
    return new Content(bytes, null);
  }

  static Content pieces(Flow.Publisher<List<ByteBuffer>> pieces) {
    return new Content(new byte[0], pieces);
  }

  byte[] whole() {
    return whole;
  }

  Flow.@Nullable Publisher<List<ByteBuffer>> pieces() {
    return pieces;
  }

  /** Closes the exchange of a stream that nobody wants any more. */
  void discard() {
    if (pieces != null) {
      pieces.subscribe(new Refusal());
    }
  }

  private static final class Refusal implements Flow.Subscriber<List<ByteBuffer>> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> item) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }
}
