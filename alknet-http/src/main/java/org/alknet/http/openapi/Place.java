package org.alknet.http.openapi;

import java.util.Locale;
import java.util.Optional;

/** Where a parameter goes. */
enum Place {
  PATH("simple"),
  QUERY("form"),
  HEADER("simple"),
  COOKIE("form");

  private final String usualStyle;

  Place(String usualStyle) {
    this.usualStyle = usualStyle;
  }

  String usualStyle() {
    return usualStyle;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Place> of(String word) {
    for (Place place : values()) {
      if (place.word().equals(word)) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }
}
