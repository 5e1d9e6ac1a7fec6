package notebookops;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * OneLake's abfss:// on folders of this machine, and file:/lakehouse/default for one session. Spark's own Janino compiles it when the first
 * run on Fabric starts, so it uses no lambdas and no inferred types.
 */
public class LakehouseFileSystem extends RawLocalFileSystem {
  /** The folder of an item, by "workspace/item" in lower case, as runs registered them. */
  private static final ConcurrentHashMap FOLDERS = new ConcurrentHashMap();
  private static final String REGISTRY = "notebook-ops.lakehouse-registry";
  private static final String ROOT = "/lakehouse/default";

  private URI uri;
  private String workspace;
  private String lakehouse;
  private String lakehouseFolder;
  private String scratch;
  private String registry;

  /** Makes a folder known to the driver, and by a file to the executors on this machine. */
  public static void register(String workspaceAndItem, String folder) throws IOException {
    String key = workspaceAndItem.toLowerCase();
    if (folder.equals(FOLDERS.put(key, folder))) return;
    File file = registered(System.getProperty(REGISTRY), key);
    File partial = File.createTempFile("registering", null, file.getParentFile());
    java.nio.file.Files.write(partial.toPath(), folder.getBytes("UTF-8"), new java.nio.file.OpenOption[0]);
    if (!partial.renameTo(file)) throw new IOException("Could not write " + file + ".");
  }

  private static File registered(String registry, String key) throws IOException {
    return new File(registry, java.net.URLEncoder.encode(key, "UTF-8"));
  }

  /** Null if no run has registered the folder. */
  private String find(String key) {
    String folder = (String) FOLDERS.get(key);
    if (folder != null || registry == null) return folder;
    try {
      return new String(java.nio.file.Files.readAllBytes(registered(registry, key).toPath()), "UTF-8");
    } catch (IOException unknown) {
      return null;
    }
  }

  public void initialize(URI name, Configuration conf) throws IOException {
    boolean isLocal = "file".equals(name.getScheme());
    this.uri = isLocal ? URI.create("file:///") : URI.create(name.getScheme() + "://" + name.getRawAuthority());
    String authority = name.getRawAuthority();
    int at = authority == null ? -1 : authority.indexOf('@');
    this.workspace = at < 0 ? null : decode(authority.substring(0, at));
    this.lakehouse = conf.get("notebook-ops.lakehouse");
    this.lakehouseFolder = conf.get("notebook-ops.lakehouse.folder");
    this.scratch = conf.get("notebook-ops.scratch");
    this.registry = conf.get(REGISTRY);
    super.initialize(this.uri, conf);
    if (!isLocal) setWorkingDirectory(new Path(this.uri.toString() + "/" + (lakehouse == null ? "" : lakehouse)));
  }

  public String getScheme() {
    return getUri().getScheme();
  }

  public URI getUri() {
    return uri == null ? URI.create("file:///") : uri; // the superclass's constructor asks, too
  }

  public File pathToFile(Path path) {
    String absolute = path.isAbsolute() ? path.toUri().getPath() : new Path(getWorkingDirectory(), path).toUri().getPath();
    if (absolute.equals(ROOT) || absolute.startsWith(ROOT + "/")) {
      if (lakehouseFolder == null) throw new IllegalArgumentException("Could not find " + path + ": the run has no default lakehouse; attach one.");
      requireFolder(lakehouseFolder, path);
      return new File(lakehouseFolder + absolute.substring(ROOT.length()));
    }
    // Spark writes a stream's temporary checkpoints to a path without scheme, which it means to be local.
    if (workspace == null || scratch != null && absolute.startsWith(scratch + "/")) return new File(absolute);
    if (workspace.equals("no-default-lakehouse"))
      throw new IllegalArgumentException("Could not find " + path + ": the run has no default lakehouse; attach one, or use an abfss:// path.");
    int end = absolute.indexOf('/', 1);
    String item = absolute.substring(1, end < 0 ? absolute.length() : end);
    String folder = find((workspace + "/" + item).toLowerCase());
    if (folder == null && registry != null) requireFolder(registry, path);
    if (folder == null)
      throw new IllegalArgumentException("Could not find " + path + ": OneLake has no item " + item + " in the workspace " + workspace + "; check the names.");
    return new File(end < 0 ? folder : folder + absolute.substring(end));
  }

  /** Fails on an executor that runs on another machine, which would otherwise use its own disk. */
  private static void requireFolder(String folder, Path path) {
    if (!new File(folder).isDirectory())
      throw new IllegalArgumentException(
          "Could not find " + path + ": a worker on another machine does not have the folder " + folder + " of the local workspace; set TMPDIR to a folder that all machines share.");
  }

  public FileStatus getFileStatus(Path path) throws IOException {
    File file = pathToFile(path);
    if (!file.exists()) throw new FileNotFoundException(path + " does not exist.");
    boolean isFolder = file.isDirectory();
    Path qualified = path.makeQualified(getUri(), getWorkingDirectory());
    return new FileStatus(isFolder ? 0L : file.length(), isFolder, 1, getDefaultBlockSize(path), file.lastModified(), qualified);
  }

  public FileStatus[] listStatus(Path path) throws IOException {
    FileStatus self = getFileStatus(path);
    if (!self.isDirectory()) return new FileStatus[] {self};
    String[] names = pathToFile(path).list();
    if (names == null) throw new IOException("Could not list " + path + ".");
    java.util.Arrays.sort(names);
    java.util.ArrayList found = new java.util.ArrayList();
    for (int i = 0; i < names.length; i++) {
      try {
        found.add(getFileStatus(new Path(path, new Path(null, null, names[i]))));
      } catch (FileNotFoundException gone) {
        // deleted meanwhile
      }
    }
    return (FileStatus[]) found.toArray(new FileStatus[0]);
  }

  private static String decode(String text) {
    try {
      return java.net.URLDecoder.decode(text.replace("+", "%2B"), "UTF-8");
    } catch (java.io.UnsupportedEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
