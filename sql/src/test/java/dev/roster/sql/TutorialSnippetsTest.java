package dev.roster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.division.KeyState;
import dev.roster.division.Keys;
import dev.roster.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program of docs/tutorial/first-division.md, in threads in place of processes. */
@Timeout(60)
class TutorialSnippetsTest {
    @Test
    void three_workers_do_every_number_once(@TempDir Path folder) throws InterruptedException {
        String url = "sqlite:" + folder.resolve("tutorial.db");
        addNumbers(url);
        List<Thread> workers =
                Stream.of("one", "two", "three").map(name -> worker(url, name)).toList();

        try (Store store = Store.open(url)) {
            Keys keys = Keys.of(store, "tutorial", "numbers");
            while (!allDone(keys)) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(keys.states(""))
                    .hasSize(30)
                    .allSatisfy(key -> assertThat(key.token()).isPositive())
                    .extracting(KeyState::member)
                    .contains("one", "two", "three");
        }
        for (Thread worker : workers) {
            worker.interrupt();
            worker.join();
        }
    }

    private static void addNumbers(String url) {
        // tag::keys
        try (Store store = Store.open(url)) {
            Keys keys = Keys.of(store, "tutorial", "numbers");
            keys.add(IntStream.rangeClosed(1, 30).mapToObj(n -> "number-" + n).toList());
        }
        // end::keys
    }

    // tag::done
    static boolean allDone(Keys keys) {
        return keys.states("").stream().allMatch(key -> key.state() == KeyState.State.DONE);
    }

    // end::done

    private static Thread worker(String url, String name) {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        Worker.main(new String[] {url, name});
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
