package org.alknet.http.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The header fields of a request or a reply, in their order; names compare without regard to case
 * (RFC 9110 section 5).
 *
 * <p>Immutable. Prints names only, since a value may be a token.
 */
public final class HttpFields {
  private static final HttpFields NONE = new HttpFields(List.of());
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private final List<Field> fields;

  private HttpFields(List<Field> fields) {
    this.fields = fields;
  }

  /** Returns no fields. */
  public static HttpFields none() {
    return NONE;
  }

  /** Returns one field; checked as {@link #with}. */
  public static HttpFields of(String name, String value) {
    return NONE.with(name, value);
  }

  /**
   * Returns these fields and one more.
   *
   * @throws IllegalArgumentException if the name is no token, or the value holds a control
   *     character or anything but ISO-8859-1: a line break there would start another field
   */
  public HttpFields with(String name, String value) {
    List<Field> more = new ArrayList<>(fields.size() + 1);
    more.addAll(fields);
    more.add(checked(name, value));
    return new HttpFields(more);
  }

  /**
   * Returns fields in the order of the entries.
   *
   * @throws IllegalArgumentException as {@link #with} does
   */
  public static HttpFields copyOf(Iterable<Map.Entry<String, String>> entries) {
    List<Field> fields = new ArrayList<>();
    entries.forEach(entry -> fields.add(checked(entry.getKey(), entry.getValue())));
    return new HttpFields(fields);
  }

  private static Field checked(String name, String value) {
    if (!isToken(name)) {
      throw new IllegalArgumentException("the name of a header field is a token");
    }
    if (!isPrintable(value)) {
      throw new IllegalArgumentException("the value of the field " + name + " is not printable");
    }
    return new Field(name, value);
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isTokenCharacter(name.charAt(i))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isPrintable(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (!isValueCharacter(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Returns these fields followed by others. */
  public HttpFields and(HttpFields others) {
    if (others.fields.isEmpty()) {
      return this;
    }
    List<Field> more = new ArrayList<>(fields);
    more.addAll(others.fields);
    return new HttpFields(more);
  }

  /** Returns the first value of a field. */
  public Optional<String> first(String name) {
    for (Field field : fields) {
      if (field.name.equalsIgnoreCase(name)) {
        return Optional.of(field.value);
      }
    }
    return Optional.empty();
  }

  /** Returns how many fields there are. */
  public int size() {
    return fields.size();
  }

  /** Returns all values of a field in their order. */
  public List<String> all(String name) {
    List<String> values = List.of();
    for (Field field : fields) {
      if (field.name.equalsIgnoreCase(name)) {
        if (values.isEmpty()) {
          values = List.of(field.value); // as good as always there is one, or none
        } else {
          values = new ArrayList<>(values);
          values.add(field.value);
        }
      }
    }
    return Collections.unmodifiableList(values);
  }

  /** Whether there is such a field. */
  public boolean contains(String name) {
    return first(name).isPresent();
  }

  /** Hands every field to somebody, in order. */
  public void forEach(BiConsumer<String, String> action) {
    fields.forEach(field -> action.accept(field.name, field.value));
  }

  private static boolean isTokenCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  private static boolean isValueCharacter(int c) {
    return c == '\t' || (c >= 0x20 && c <= 0xff && c != 0x7f);
  }

  @Override
  public String toString() {
    return "HttpFields" + fields.stream().map(Field::name).toList();
  }

  private record Field(String name, String value) {
    Field {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(value, "value");
    }
  }
}
