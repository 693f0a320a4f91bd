package dev.roster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class OutcomeTest {
    @Test
    void a_failure_without_words_is_told_by_its_kind() {
        Outcome outcome =
                Outcome.of(
                        new CompletionException(new ClosedChannelException()),
                        new Secrets(List.of()));
        assertThat(outcome.isUndone()).isFalse();
        assertThat(outcome.why()).isEqualTo("java.nio.channels.ClosedChannelException");
    }
}
