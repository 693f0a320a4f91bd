package dev.roster.sql;

import dev.roster.StoreRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** SQLite's locks and shared memory work on one machine only; so does this store. */
final class LocalFileSystem {
    private static final Set<String> REMOTE =
            Set.of(
                    "nfs",
                    "nfs4",
                    "cifs",
                    "smb",
                    "smb2",
                    "smb3",
                    "smbfs",
                    "9p",
                    "afs",
                    "ceph",
                    "glusterfs",
                    "lustre",
                    "gpfs",
                    "gfs2",
                    "orangefs",
                    "pvfs2",
                    "ncpfs",
                    "coda",
                    "prl_fs",
                    "ocfs2",
                    "beegfs",
                    "virtiofs",
                    "vboxsf",
                    "webdav",
                    "davfs");

    private LocalFileSystem() {}

    /** Whether files of this type of file system may be on another machine. */
    static boolean isRemote(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return REMOTE.contains(lower) || lower.startsWith("fuse");
    }

    static void require(Path folder) {
        String type;
        try {
            type = Files.getFileStore(folder).type();
        } catch (IOException e) {
            throw new StoreRefusedException(
                    "The folder %s cannot be used: %s".formatted(folder, e.getMessage()), e);
        }
        if (isRemote(type)) {
            throw new StoreRefusedException(
                    "%s is on a file system of type %s. SQLite's locks do not hold between machines: use a local disk, or a store with a server."
                            .formatted(folder, type));
        }
    }
}
