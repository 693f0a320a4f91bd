package dev.roster.cli.demo;

import dev.roster.InvalidInputException;
import dev.roster.Limits;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The files of a directory that can be keys: their paths, relative to it. */
final class FileList {
    private static final Set<String> LEFT_OUT = new TreeSet<>(List.of(".git", "target"));
    private static final int MOST = 2000;

    private FileList() {}

    static List<String> of(Path directory) throws IOException {
        List<String> found = new ArrayList<>();
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        Path name = folder.getFileName();
                        boolean isOut = name != null && LEFT_OUT.contains(name.toString());
                        return isOut && !folder.equals(directory)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        String key = directory.relativize(file).toString().replace('\\', '/');
                        if (attributes.isRegularFile() && Files.isReadable(file) && fits(key)) {
                            found.add(key);
                        }
                        return found.size() < MOST
                                ? FileVisitResult.CONTINUE
                                : FileVisitResult.TERMINATE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        found.sort(null);
        return found;
    }

    private static boolean fits(String key) {
        try {
            Limits.checkedKey(key);
            return true;
        } catch (InvalidInputException e) {
            return false;
        }
    }
}
