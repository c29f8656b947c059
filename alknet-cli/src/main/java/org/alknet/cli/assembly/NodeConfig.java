package org.alknet.cli.assembly;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.alknet.core.config.ConfigProblem;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.http.openapi.HttpAuthScheme;
import org.alknet.http.server.Decoy;
import org.alknet.http.server.Stealth;
import org.alknet.store.sqlite.SqliteStoreOptions;

/**
 * A configuration file, read and validated (spec/cli.md section 6). Holds no secret.
 *
 * <p>Immutable.
 *
 * @param file where it comes from
 * @param core addresses, transport and limits; its identity is set if that is no raw key
 * @param dynamic what a reload replaces
 * @param nodeKey the raw key of the node; empty if certificates are its identity
 * @param identity where peers live
 * @param store the database
 * @param vault the keystore
 * @param call settings of the calls
 * @param http the HTTP face, if there is one
 * @param mcp servers whose tools are imported
 * @param openApi services whose operations are offered as well
 * @param access rules for operations of these two, which have their part of them already
 * @param connect whom to dial
 * @param demo whether the demo operations are offered
 * @param logging what is logged how
 * @param watched whether the file is read again by itself when it changes
 * @param warnings what works and should be different
 */
public record NodeConfig(
    Path file,
    StaticConfig core,
    DynamicConfig dynamic,
    Optional<NodeKey> nodeKey,
    Identities identity,
    Store store,
    Optional<Vault> vault,
    Call call,
    Optional<Http> http,
    List<Mcp> mcp,
    List<OpenApi> openApi,
    List<Exposure.Rule> access,
    List<Connect> connect,
    boolean demo,
    Logging logging,
    boolean watched,
    List<ConfigProblem> warnings) {
  /** Copies. */
  public NodeConfig {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(core, "core");
    Objects.requireNonNull(dynamic, "dynamic");
    Objects.requireNonNull(nodeKey, "nodeKey");
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(vault, "vault");
    Objects.requireNonNull(call, "call");
    Objects.requireNonNull(http, "http");
    mcp = List.copyOf(mcp);
    openApi = List.copyOf(openApi);
    access = List.copyOf(access);
    connect = List.copyOf(connect);
    Objects.requireNonNull(logging, "logging");
    warnings = List.copyOf(warnings);
  }

  /**
   * Where the key of the node comes from.
   *
   * <p>Immutable.
   *
   * @param file the key file; empty if the vault has the key
   */
  public record NodeKey(Optional<Path> file) {
    /** Whether the vault has the key. */
    public boolean inVault() {
      return file.isEmpty();
    }
  }

  /**
   * Where peers live.
   *
   * <p>Immutable.
   *
   * @param inConfiguration whether the file itself lists them; otherwise the store does
   * @param expectedFingerprint what the identity of the vault has to be
   */
  public record Identities(boolean inConfiguration, Optional<String> expectedFingerprint) {}

  /**
   * The database.
   *
   * <p>Immutable.
   *
   * @param path of the file
   * @param options how it is opened; a command that does one thing opens it as a node does, and
   *     watches nothing
   */
  public record Store(Path path, SqliteStoreOptions options) {
    /** Refuses null. */
    public Store {
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(options, "options");
    }
  }

  /**
   * The keystore.
   *
   * <p>Immutable.
   *
   * @param keystore its file
   * @param passwordFile file with its password; empty to be asked
   * @param passphraseFile file with the BIP-39 passphrase, if the mnemonic has one
   * @param lockAfterStart whether the vault is locked once credentials are injected
   */
  public record Vault(
      Path keystore,
      Optional<Path> passwordFile,
      Optional<Path> passphraseFile,
      boolean lockAfterStart) {}

  /**
   * Settings of the calls.
   *
   * <p>Immutable.
   *
   * @param listPeers whether {@code services/list-peers} is offered
   * @param defaultTimeout limit of a call that names none
   */
  public record Call(boolean listPeers, Optional<Duration> defaultTimeout) {}

  /**
   * The files of a certificate.
   *
   * <p>Immutable.
   *
   * @param cert PEM chain, leaf first
   * @param key PEM file
   */
  public record CertificateFiles(Path cert, Path key) {
    /** Refuses null. */
    public CertificateFiles {
      Objects.requireNonNull(cert, "cert");
      Objects.requireNonNull(key, "key");
    }
  }

  /**
   * The HTTP face.
   *
   * <p>Immutable.
   *
   * @param listen TCP addresses; none for those of the endpoint
   * @param files its certificate; without it the node's, or one the node makes
   * @param decoy what strangers see who ask for nothing there is
   * @param stealth what strangers are told
   * @param origins web pages that may use it, {@code *} for all
   * @param hosts names it answers to; all if empty
   * @param healthPath where the health check is, if there is one
   * @param mcp whether operations are offered as tools
   */
  public record Http(
      List<InetSocketAddress> listen,
      Optional<CertificateFiles> files,
      Decoy decoy,
      Stealth stealth,
      Set<String> origins,
      Set<String> hosts,
      Optional<String> healthPath,
      boolean mcp) {
    static final String HEALTH_PATH = "/healthz";

    /** Copies. */
    public Http {
      listen = List.copyOf(listen);
      Objects.requireNonNull(files, "files");
      Objects.requireNonNull(decoy, "decoy");
      Objects.requireNonNull(stealth, "stealth");
      origins = Set.copyOf(origins);
      hosts = Set.copyOf(hosts);
      Objects.requireNonNull(healthPath, "healthPath");
    }

    static Http defaults() {
      return new Http(
          List.of(),
          Optional.empty(),
          new Decoy.NotFound(),
          Stealth.OFF,
          Set.of(),
          Set.of(),
          Optional.of(HEALTH_PATH),
          false);
    }

    Http listeningOn(List<InetSocketAddress> addresses) {
      return new Http(addresses, files, decoy, stealth, origins, hosts, healthPath, mcp);
    }
  }

  /**
   * A server whose tools are imported.
   *
   * <p>Immutable.
   *
   * @param namespace first part of the names of its operations
   * @param url its address
   * @param credential name of the stored credential it is shown, if it wants one
   * @param exposure the operations that callers may call; the others can only be composed
   */
  public record Mcp(String namespace, URI url, Optional<String> credential, Exposure exposure) {
    /** Refuses null. */
    public Mcp {
      Objects.requireNonNull(namespace, "namespace");
      Objects.requireNonNull(url, "url");
      Objects.requireNonNull(credential, "credential");
      Objects.requireNonNull(exposure, "exposure");
    }

    Mcp exposing(Exposure other) {
      return new Mcp(namespace, url, credential, other);
    }
  }

  /**
   * A service that has an OpenAPI document.
   *
   * <p>Immutable.
   *
   * @param namespace put before the name of every operation
   * @param file the document, if it is a file
   * @param url where the document is otherwise
   * @param baseUrl where the service is; where the document says if empty
   * @param credential name of the stored credential its operations get
   * @param auth how the service wants it
   * @param exposure the operations that callers may call; the others can only be composed
   */
  public record OpenApi(
      String namespace,
      Optional<Path> file,
      Optional<URI> url,
      Optional<URI> baseUrl,
      Optional<String> credential,
      Optional<HttpAuthScheme> auth,
      Exposure exposure) {
    /** Refuses null. */
    public OpenApi {
      Objects.requireNonNull(namespace, "namespace");
      Objects.requireNonNull(exposure, "exposure");
    }

    OpenApi exposing(Exposure other) {
      return new OpenApi(namespace, file, url, baseUrl, credential, auth, other);
    }
  }

  /**
   * A remote to dial.
   *
   * <p>Immutable.
   *
   * @param remote its address or its name in {@code remotes.json}
   * @param importOperations whether to import its operations
   * @param reconnect whether to dial again when the connection ends
   */
  public record Connect(String remote, boolean importOperations, boolean reconnect) {}

  /**
   * What is logged how.
   *
   * <p>Immutable.
   *
   * @param level {@code off}, {@code error}, {@code warn}, {@code info}, {@code debug} or {@code
   *     trace}
   * @param format {@code text} or {@code json}
   * @param auditFile file for audit events, in addition to the log
   */
  public record Logging(
      Optional<String> level, Optional<String> format, Optional<Path> auditFile) {}

  /** Returns the configuration file of a data directory, if there is one. */
  public static Optional<Path> locate(DataDirectory directory) {
    return directory.configurations().stream().filter(Files::exists).findFirst();
  }

  /**
   * Reads and validates a file.
   *
   * @param directory the data directory, where the store and keys are without a path of their own
   * @throws NodeException if others may write the file, it cannot be read, or anything in it is
   *     wrong: lists all problems
   */
  public static NodeConfig load(Path file, DataDirectory directory) throws NodeException {
    return ConfigSource.read(file, directory).load();
  }
}
