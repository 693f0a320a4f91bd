package dev.roster.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HistoryTest {
    private static final List<Observation> RUN =
            List.of(
                    new Observation.MemberAdded(1, "a~1", "\"a\"\\\n\u0001é", 0),
                    new Observation.MemberRemoved(2, "a~1", "b~2", true),
                    new Observation.SlotStarted(3, "b~2", 7, 0, 1, List.of("b~2")),
                    new Observation.ViewAgreed(4, 8, List.of()),
                    new Observation.Ended(Long.MAX_VALUE));

    @Test
    void what_is_written_is_read() {
        StringWriter out = new StringWriter();
        RUN.forEach(seen -> History.write(seen, out));
        assertThat(read(out.toString())).isEqualTo(RUN);
    }

    @Test
    void a_line_looks_like_json() {
        assertThat(History.toLine(RUN.get(2)))
                .isEqualTo(
                        "{\"kind\":\"SlotStarted\",\"at\":3,\"member\":\"b~2\",\"generation\":7,\"slot\":0,\"count\":1,\"members\":[\"b~2\"]}");
    }

    @Test
    void a_last_line_that_is_cut_short_is_passed_over() {
        String lines = History.toLine(RUN.get(0)) + "\n" + History.toLine(RUN.get(1));
        assertThat(read(lines.substring(0, lines.length() - 5))).isEqualTo(RUN.subList(0, 1));
    }

    @Test
    void a_line_in_the_middle_that_is_no_observation_is_refused() {
        assertThatThrownBy(() -> read("{\"kind\":\"Nonsense\"}\n" + History.toLine(RUN.get(0))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void files_come_together_by_time() {
        assertThat(History.merge(List.of(RUN.subList(2, 5), RUN.subList(0, 2)))).isEqualTo(RUN);
    }

    private static List<Observation> read(String lines) {
        return History.read(new BufferedReader(new StringReader(lines)));
    }
}
