package org.alknet.vault.internal;

import java.util.HashSet;
import java.util.Set;

/**
 * A strict reader of RFC 8259 text for small objects whose shape is known.
 *
 * <p>Stricter than the standard where a blob could mean two things: duplicate names are refused, as
 * are unpaired surrogates, and nesting ends at 128 levels so that no text exhausts the stack. Error
 * messages hold positions only. Not thread-safe.
 */
public final class JsonReader {
  private static final int MAX_DEPTH = 128;

  private final String text;
  private int position;
  private int depth;

  /** Reads from the start of the text. */
  public JsonReader(String text) {
    this.text = text;
  }

  /** What to do with a field: read or skip its value. */
  @FunctionalInterface
  public interface FieldReader {
    /** Consumes the value of the named field. */
    void read(String name) throws MalformedJsonException;
  }

  /** What to do with an element: read or skip it. */
  @FunctionalInterface
  public interface ElementReader {
    /** Consumes the element at this index, counted from 0. */
    void read(int index) throws MalformedJsonException;
  }

  /** Reads an object, handing each field to the reader; a name that occurs twice is refused. */
  public void readObject(FieldReader fields) throws MalformedJsonException {
    enter('{');
    if (!tryTake('}')) {
      Set<String> seen = new HashSet<>();
      do {
        String name = readString();
        if (!seen.add(name)) {
          throw malformed("a field occurs twice");
        }
        take(':');
        fields.read(name);
      } while (tryTake(','));
      take('}');
    }
    depth--;
  }

  /** Reads an array, handing each element to the reader. */
  public void readArray(ElementReader elements) throws MalformedJsonException {
    enter('[');
    if (!tryTake(']')) {
      int index = 0;
      do {
        elements.read(index++);
      } while (tryTake(','));
      take(']');
    }
    depth--;
  }

  /** Reads a string. */
  public String readString() throws MalformedJsonException {
    take('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char next = nextChar();
      if (next == '"') {
        break;
      }
      if (next < ' ') {
        throw malformed("a control character inside a string");
      }
      out.append(next == '\\' ? escaped() : next);
    }
    String value = out.toString();
    if (hasUnpairedSurrogate(value)) {
      throw malformed("an unpaired surrogate inside a string");
    }
    return value;
  }

  /** Reads an integer written in plain digits, 0 … max. */
  public long readUnsigned(long max) throws MalformedJsonException {
    skipSpace();
    int start = position;
    long value = 0;
    while (position < text.length() && isDigit(text.charAt(position))) {
      value = value * 10 + (text.charAt(position) - '0');
      if (value > max) {
        throw malformed("a number above its limit");
      }
      position++;
    }
    boolean leadingZero = position - start > 1 && text.charAt(start) == '0';
    if (position == start || leadingZero || continuesNumber()) {
      throw malformed("expected an unsigned integer");
    }
    return value;
  }

  /** Whether the next value starts with this character. */
  public boolean nextIs(char start) {
    skipSpace();
    return position < text.length() && text.charAt(position) == start;
  }

  /** Reads over any value, checking its syntax. */
  public void skipValue() throws MalformedJsonException {
    if (nextIs('{')) {
      readObject(name -> skipValue());
    } else if (nextIs('[')) {
      readArray(index -> skipValue());
    } else if (nextIs('"')) {
      readString();
    } else if (!tryTakeWord("true") && !tryTakeWord("false") && !tryTakeWord("null")) {
      skipNumber();
    }
  }

  /** Checks that only white space is left. */
  public void readEnd() throws MalformedJsonException {
    skipSpace();
    if (position < text.length()) {
      throw malformed("text after the value");
    }
  }

  private void skipNumber() throws MalformedJsonException {
    tryTakeHere('-');
    if (!tryTakeHere('0')) {
      takeDigits();
    }
    if (tryTakeHere('.')) {
      takeDigits();
    }
    if (tryTakeHere('e') || tryTakeHere('E')) {
      if (!tryTakeHere('+')) {
        tryTakeHere('-');
      }
      takeDigits();
    }
  }

  private void takeDigits() throws MalformedJsonException {
    int start = position;
    while (position < text.length() && isDigit(text.charAt(position))) {
      position++;
    }
    if (position == start) {
      throw malformed("expected a value");
    }
  }

  private char escaped() throws MalformedJsonException {
    char kind = nextChar();
    return switch (kind) {
      case '"', '\\', '/' -> kind;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw malformed("an unknown escape");
    };
  }

  private char unicode() throws MalformedJsonException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      char next = nextChar();
      // Character.digit alone would take digits of every script.
      int digit = next < 0x80 ? Character.digit(next, 16) : -1;
      if (digit < 0) {
        throw malformed("expected four hexadecimal digits");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private void enter(char bracket) throws MalformedJsonException {
    take(bracket);
    if (++depth > MAX_DEPTH) {
      throw malformed("nested too deeply");
    }
  }

  private void take(char wanted) throws MalformedJsonException {
    if (!tryTake(wanted)) {
      throw malformed("expected '" + wanted + "'");
    }
  }

  private boolean tryTake(char wanted) {
    skipSpace();
    return tryTakeHere(wanted);
  }

  private boolean tryTakeHere(char wanted) {
    if (position < text.length() && text.charAt(position) == wanted) {
      position++;
      return true;
    }
    return false;
  }

  private boolean tryTakeWord(String word) {
    if (text.startsWith(word, position)) {
      position += word.length();
      return true;
    }
    return false;
  }

  private char nextChar() throws MalformedJsonException {
    if (position >= text.length()) {
      throw malformed("the text ends too early");
    }
    return text.charAt(position++);
  }

  private void skipSpace() {
    while (position < text.length() && " \t\n\r".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private boolean continuesNumber() {
    return position < text.length() && ".eE".indexOf(text.charAt(position)) >= 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean hasUnpairedSurrogate(String value) {
    // Only an unpaired surrogate comes out of codePoints() as a code point of that range.
    return value
        .codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private MalformedJsonException malformed(String what) {
    return new MalformedJsonException(what + " at position " + position);
  }
}
