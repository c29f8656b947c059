package org.alknet.core.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.core.tls.AcmeDirectory;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.TlsIdentity;

/** Reads {@code tls_identity}. */
final class TlsSection {
  private static final Map<String, List<String>> KEYS_BY_TYPE =
      Map.of(
          "raw_key", List.of("key_file"),
          "x509", List.of("cert", "key"),
          "self_signed", List.of(),
          "acme", List.of("domains", "cache_dir", "directory", "contact"));
  private static final List<String> TYPES = List.of("raw_key", "x509", "self_signed", "acme");
  private static final List<String> ALL_KEYS =
      List.of("type", "key_file", "cert", "key", "domains", "cache_dir", "directory", "contact");

  private final Problems problems;
  private final PathResolver paths;
  private final boolean readFiles;
  private boolean rawKeyExpected;

  TlsSection(Problems problems, PathResolver paths, boolean readFiles) {
    this.problems = problems;
    this.paths = paths;
    this.readFiles = readFiles;
  }

  /** Whether the section names a raw key without a file. */
  boolean rawKeyExpected() {
    return rawKeyExpected;
  }

  Optional<TlsIdentity> read(TableReader root) {
    return root.section("tls_identity", ALL_KEYS).flatMap(this::readIdentity);
  }

  private Optional<TlsIdentity> readIdentity(TableReader tls) {
    if (!tls.has("type")) {
      tls.report("type", "is required: one of " + String.join(", ", TYPES));
    }
    Optional<String> type = tls.word("type", TYPES);
    type.ifPresent(name -> refuseKeysOfOtherTypes(tls, name));
    return switch (type.orElse("")) {
      case "raw_key" -> rawKey(tls);
      case "x509" -> x509(tls);
      case "self_signed" -> Optional.of(new TlsIdentity.SelfSigned());
      case "acme" -> acme(tls);
      default -> Optional.empty();
    };
  }

  private static void refuseKeysOfOtherTypes(TableReader tls, String type) {
    List<String> own = KEYS_BY_TYPE.getOrDefault(type, List.of());
    for (String key : ALL_KEYS) {
      if (!key.equals("type") && !own.contains(key) && tls.has(key)) {
        tls.report(key, "does not go with type " + type);
      }
    }
  }

  private Optional<TlsIdentity> rawKey(TableReader tls) {
    if (!tls.has("key_file")) {
      rawKeyExpected = true;
      return Optional.empty();
    }
    Optional<Path> file = paths.read(tls, "key_file");
    if (file.isEmpty() || !readFiles) {
      return Optional.empty();
    }
    try {
      Ed25519SecretKey key = KeyFile.read(file.get());
      return Optional.of(new TlsIdentity.RawKey(key));
    } catch (ConfigException unusable) {
      problems.report(tls.position("key_file"), tls.pathOf("key_file"), unusable);
      return Optional.empty();
    }
  }

  private Optional<TlsIdentity> x509(TableReader tls) {
    Optional<Path> cert = paths.readRequired(tls, "cert");
    Optional<Path> key = paths.readRequired(tls, "key");
    if (cert.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    if (readFiles) {
      if (!Files.isRegularFile(cert.get())) {
        tls.report("cert", "is a file that does not exist: " + cert.get());
      }
      try {
        KeyFile.check(key.get());
      } catch (ConfigException unusable) {
        problems.report(tls.position("key"), tls.pathOf("key"), unusable);
      }
    }
    return Optional.of(new TlsIdentity.X509(cert.get(), key.get()));
  }

  private Optional<TlsIdentity> acme(TableReader tls) {
    List<String> domains = tls.texts("domains");
    if (tls.items("domains").isEmpty()) {
      tls.report("domains", "is a list of at least one domain");
    }
    Optional<Path> cacheDir = paths.readRequired(tls, "cache_dir");
    Optional<AcmeDirectory> directory = acmeDirectory(tls);
    Optional<String> contact = tls.text("contact");
    return domains.isEmpty() || cacheDir.isEmpty() || directory.isEmpty()
        ? Optional.empty()
        : Optional.of(new TlsIdentity.Acme(domains, cacheDir.get(), directory.get(), contact));
  }

  private static Optional<AcmeDirectory> acmeDirectory(TableReader tls) {
    Optional<String> text = tls.requiredText("directory");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().equals("production")) {
      return Optional.of(new AcmeDirectory.Production());
    }
    if (text.get().equals("staging")) {
      return Optional.of(new AcmeDirectory.Staging());
    }
    try {
      return Optional.of(new AcmeDirectory.Custom(text.get()));
    } catch (IllegalArgumentException notAnAddress) {
      tls.report("directory", "is production, staging or an absolute https address");
      return Optional.empty();
    }
  }
}
