package org.alknet.store.sqlite.internal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.alknet.core.credential.StoreException;
import org.alknet.core.observe.LogLine;

/**
 * Who may read and write the files of a store (spec/store-sqlite.md section 7): everything is
 * created for its owner alone, whatever the umask, and what others can write is refused.
 *
 * <p>Looks at files and never opens an existing one: closing a descriptor of a file of SQLite's
 * would release the locks this process holds on it (section 7.3).
 */
public final class FileGuards {
  private static final Logger LOG = System.getLogger(FileGuards.class.getName());
  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
  private static final Set<PosixFilePermission> OWNER_ANY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private FileGuards() {}

  /** Returns the file itself and the side files SQLite puts beside it. */
  public static List<Path> files(Path database) {
    return List.of(database, sibling(database, "-wal"), sibling(database, "-shm"));
  }

  /** Returns the file beside the database whose name ends like this. */
  public static Path sibling(Path database, String suffix) {
    return database.resolveSibling(database.getFileName() + suffix);
  }

  /**
   * Returns the path under which the store is opened: absolute, its directory without links.
   *
   * @throws StoreException.Backend if the name cannot be handed to SQLite, or the file is a link
   */
  public static Path resolve(Path database) throws StoreException {
    Path absolute = database.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      throw new StoreException.Backend("not a file: " + absolute);
    }
    try {
      Path resolved = (Files.exists(parent) ? parent.toRealPath() : parent).resolve(name);
      if (Files.isSymbolicLink(resolved)) {
        throw new StoreException.Backend(
            resolved + " is a symbolic link; open the file it leads to");
      }
      if (Files.isDirectory(resolved)) {
        throw new StoreException.Backend(resolved + " is a directory");
      }
      requirePlain(resolved);
      return resolved;
    } catch (IOException failed) {
      throw unusable(parent, failed);
    }
  }

  /** Refuses a path that SQLite or its driver would read as something else than a file name. */
  public static void requirePlain(Path path) throws StoreException {
    String text = path.toString();
    if (text.chars().anyMatch(c -> c == '\'' || c == '?' || Character.isISOControl(c))) {
      throw new StoreException.Backend(
          "a path of a store has no quote, question mark or control character");
    }
  }

  /** Creates the directory 0700 if it is missing; warns of one others can read. */
  public static void prepareDirectory(Path directory, boolean create) throws StoreException {
    try {
      if (create && !Files.exists(directory)) {
        Path above = directory.getParent();
        if (above != null) {
          Files.createDirectories(above);
        }
        createDirectory(directory);
      }
      if (!Files.isDirectory(directory)) {
        throw new StoreException.Backend("no such directory: " + directory);
      }
      checkMode(directory, "chmod 700 ");
    } catch (IOException failed) {
      throw unusable(directory, failed);
    }
  }

  /**
   * Refuses a file that others can write; warns of one they can read. A missing file passes.
   *
   * @throws StoreException.Backend naming the mode and the remedy
   */
  public static void check(Path file) throws StoreException {
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        checkMode(file, "chmod 600 ");
      }
    } catch (IOException failed) {
      throw unusable(file, failed);
    }
  }

  /**
   * Creates an empty file for its owner alone.
   *
   * @return false if there is one already
   */
  public static boolean create(Path file) throws StoreException {
    try {
      createOwned(file, OWNER_FILE, (path, attrs) -> Files.createFile(path, attrs));
      return true;
    } catch (FileAlreadyExistsException exists) {
      return false;
    } catch (IOException failed) {
      throw unusable(file, failed);
    }
  }

  /** Refuses to let root create a store in the directory of somebody else. */
  public static void requireOwnDirectory(Path directory) throws StoreException {
    try {
      if (isPosix(directory) && isRoot() && uid(directory) != 0) {
        throw new StoreException.Backend(
            "root does not create a store in a directory of another user: "
                + directory
                + "; run the command as that user");
      }
    } catch (IOException failed) {
      throw unusable(directory, failed);
    }
  }

  /** Refuses file systems on which SQLite's locks or shared memory cannot be relied upon. */
  public static void requireLocal(Path directory, boolean allowed) throws StoreException {
    String type;
    try {
      type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
    } catch (IOException failed) {
      throw unusable(directory, failed);
    }
    if (!isNetwork(type)) {
      return;
    }
    if (!allowed) {
      throw new StoreException.Backend(
          "a store is not kept on a network file system: " + directory + " is on " + type);
    }
    LOG.log(
        Level.WARNING,
        LogLine.event("store_network_fs")
            .field("path", directory.toString())
            .field("type", type)
            .toString());
  }

  static boolean isNetwork(String type) {
    return type.equals("nfs")
        || type.equals("nfs4")
        || type.equals("cifs")
        || type.equals("9p")
        || type.startsWith("smb")
        || type.startsWith("fuse.");
  }

  /** Says what is wrong with the permissions of a file, empty if it is its owner's alone. */
  public static List<String> complaints(Path file) throws IOException {
    List<String> found = new ArrayList<>();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && isPosix(file)) {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      if (!OWNER_ANY.containsAll(mode)) {
        found.add(file + " has mode " + PosixFilePermissions.toString(mode));
      }
    }
    return found;
  }

  private static void checkMode(Path path, String remedy) throws IOException, StoreException {
    if (!isPosix(path)) {
      return;
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
    String text = PosixFilePermissions.toString(mode);
    if (mode.stream().anyMatch(OTHERS_WRITE::contains)) {
      throw new StoreException.Backend(
          path + " is writable by others (mode " + text + "): " + remedy + path);
    }
    if (!OWNER_ANY.containsAll(mode)) {
      LOG.log(
          Level.WARNING,
          LogLine.event("store_permissions")
              .field("path", path.toString())
              .field("mode", text)
              .field("remedy", remedy + path)
              .toString());
    }
  }

  private static void createDirectory(Path directory) throws IOException {
    try {
      createOwned(directory, OWNER_DIRECTORY, (path, attrs) -> Files.createDirectory(path, attrs));
    } catch (FileAlreadyExistsException meanwhile) {
      LOG.log(Level.DEBUG, "another process created the directory", meanwhile);
    }
  }

  private interface Creation {
    Path create(Path path, FileAttribute<?>... attributes) throws IOException;
  }

  private static void createOwned(Path path, Set<PosixFilePermission> mode, Creation creation)
      throws IOException {
    Path parent = path.getParent();
    if (parent == null || !isPosix(parent)) {
      creation.create(path);
      restrictAcl(path);
      return;
    }
    creation.create(path, PosixFilePermissions.asFileAttribute(mode));
    if (isRoot() && uid(parent) != 0) {
      // What root creates in the directory of a service belongs to the service.
      Files.setOwner(path, Files.getOwner(parent));
    }
  }

  private static void restrictAcl(Path path) throws IOException {
    AclFileAttributeView acl = Files.getFileAttributeView(path, AclFileAttributeView.class);
    if (acl == null) {
      LOG.log(
          Level.WARNING,
          LogLine.event("store_permissions")
              .field("path", path.toString())
              .field("mode", "unenforceable")
              .toString());
      return;
    }
    acl.setAcl(
        List.of(
            AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(acl.getOwner())
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .build()));
  }

  private static boolean isPosix(Path path) {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
  }

  private static boolean isRoot() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self) ? uid(self) == 0 : System.getProperty("user.name", "").equals("root");
  }

  private static int uid(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid");
  }

  private static StoreException unusable(Path path, IOException failed) {
    return new StoreException.Backend("cannot use " + path + ": " + reason(failed), failed);
  }

  private static String reason(IOException failed) {
    return failed.getClass().getSimpleName().replace("Exception", "");
  }
}
