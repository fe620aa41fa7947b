package dev.lifecycle.casestudies.burst;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** One buffer for all lines, which is used again and again. Not thread-safe. */
final class Lines {
  private static final int FIRST = 1 << 16;

  private ByteBuffer buffer = ByteBuffer.allocate(FIRST);

  Lines put(char c) {
    if (!buffer.hasRemaining()) {
      buffer = ByteBuffer.allocate(2 * buffer.capacity()).put(buffer.flip());
    }
    buffer.put((byte) c);
    return this;
  }

  Lines text(String text) {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
    return this;
  }

  /** A number of zero or more. */
  Lines number(long number) {
    long unit = 1;
    while (number / unit >= 10) {
      unit *= 10;
    }
    for (; unit > 0; unit /= 10) {
      put((char) ('0' + number / unit % 10));
    }
    return this;
  }

  /** Writes what there is and is empty again. */
  void writeTo(WritableByteChannel channel) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
