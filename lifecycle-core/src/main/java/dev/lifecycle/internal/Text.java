package dev.lifecycle.internal;

/** Makes what is anybody's, such as the names of threads and the messages of exceptions, harmless in a line of text. */
final class Text {
  private Text() {}

  /** The text without control characters, line ends and marks of direction, and not longer than so many characters. */
  static String line(String text, int most) {
    StringBuilder line = new StringBuilder();
    text.codePoints().limit(most).forEach(c -> line.appendCodePoint(isHarmless(c) ? c : '?'));
    return line.toString();
  }

  private static boolean isHarmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> false;
      default -> true;
    };
  }
}
