package dev.lifecycle.casestudies.burst;

import java.util.Random;

/**
 * What a request leaves behind for the audit.
 *
 * @param id counts up
 * @param account whose request it was
 * @param body what was asked, about a thousand characters of text
 */
record Event(long id, String account, String body) {
  private static final int LEAST = 500;
  private static final int SPREAD = 1_000;
  private static final String SOURCE = source();

  /** The event of a request; its body is a string of its own, as one read from a socket would be. */
  static Event of(long id) {
    int hash = (int) (id * 0x9E3779B97F4A7C15L >>> 33);
    int start = hash % (SOURCE.length() - LEAST - SPREAD);
    return new Event(id, "a-" + hash % 10_000, SOURCE.substring(start, start + LEAST + hash % SPREAD));
  }

  private static String source() {
    Random random = new Random(12);
    String alphabet = "abcdefghijklmnopqrstuvwxyz      0123456789.,:;\"{}";
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static boolean isEscaped(char c) {
    return c == '"' || c == '\\';
  }

  /** The event as one line of JSON. */
  String json() {
    StringBuilder json = new StringBuilder();
    json.append("{\"id\":").append(id).append(",\"account\":\"").append(account).append("\",\"body\":\"");
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (isEscaped(c)) {
        json.append('\\');
      }
      json.append(c);
    }
    return json.append("\"}").toString();
  }

  /** Writes the same line, with its end, into a buffer, in ASCII. */
  void writeTo(Lines lines) {
    lines.text("{\"id\":").number(id).text(",\"account\":\"").text(account).text("\",\"body\":\"");
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (isEscaped(c)) {
        lines.put('\\');
      }
      lines.put(c);
    }
    lines.text("\"}\n");
  }
}
