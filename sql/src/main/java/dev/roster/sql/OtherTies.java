package dev.roster.sql;

import dev.roster.store.Ties.State;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ties of other processes. Their files stay open while they are asked about, which is ten times
 * a second: to open a file costs several times what it costs to ask for its lock.
 */
final class OtherTies implements AutoCloseable {
    /** A store with more processes than this opens files as it needs them. */
    private static final int OPEN = 64;

    private final Path folder;
    private final Map<String, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);

    OtherTies(Path folder) {
        this.folder = folder;
    }

    /** What is known of a tie, which is not this process's own. */
    synchronized State state(String tie) {
        State state;
        try (FileLock lock = channel(tie).tryLock()) {
            state = lock == null ? State.HELD : State.BROKEN;
        } catch (OverlappingFileLockException e) {
            state = State.HELD;
        } catch (IOException e) {
            state = State.UNKNOWN;
        }
        if (state != State.HELD) {
            close(open.remove(tie));
        }
        return state;
    }

    private FileChannel channel(String tie) throws IOException {
        FileChannel known = open.get(tie);
        if (known != null) {
            return known;
        }
        FileChannel opened = FileChannel.open(folder.resolve(tie), StandardOpenOption.WRITE);
        open.put(tie, opened);
        if (open.size() > OPEN) {
            close(open.remove(open.keySet().iterator().next()));
        }
        return opened;
    }

    private static void close(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // It is not used again.
            }
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(OtherTies::close);
        open.clear();
    }
}
