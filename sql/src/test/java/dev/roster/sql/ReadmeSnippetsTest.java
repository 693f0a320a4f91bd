package dev.roster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.division.Division;
import dev.roster.group.Group;
import dev.roster.group.Member;
import dev.roster.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ten lines of the README. */
@Timeout(60)
class ReadmeSnippetsTest {
    private final BlockingQueue<String> imported = new LinkedBlockingQueue<>();

    @Test
    void the_feeds_are_imported(@TempDir Path folder) throws InterruptedException {
        String url = "sqlite:" + folder.resolve("work.db");
        Thread process = Thread.ofPlatform().start(() -> importFeeds(url));
        assertThat(List.of(imported.take(), imported.take(), imported.take()))
                .containsExactlyInAnyOrder("de", "fr", "jp");
        process.interrupt();
        process.join();
        assertThat(imported).isEmpty();
    }

    private void importFeeds(String url) {
        // tag::feeds
        try (Store store = Store.open(url); // "sqlite:work.db", the same for every process
                Member me = Group.join(store, "importers")) {
            Division feeds = Division.of(me, "feeds");
            feeds.keys().add(List.of("de", "fr", "jp")); // again and again does no harm
            feeds.run(work -> importFeed(work.key(), work.token()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing has given everything up
        }
        // end::feeds
    }

    private void importFeed(String feed, long token) {
        assertThat(token).isPositive();
        imported.add(feed);
    }
}
