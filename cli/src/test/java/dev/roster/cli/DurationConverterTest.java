package dev.roster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class DurationConverterTest {
    private final DurationConverter converter = new DurationConverter();

    @Test
    void peopleWriteDurationsWithAUnit() {
        assertEquals(Duration.ofMillis(500), converter.convert("500ms"));
        assertEquals(Duration.ofSeconds(5), converter.convert("5s"));
        assertEquals(Duration.ofMinutes(2), converter.convert("2m"));
        assertEquals(Duration.ofHours(1), converter.convert("1h"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-1s", "1.5s", "5 s", "1d", "99999999999s"})
    void anythingElseIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> converter.convert(text));
    }

    @ParameterizedTest
    @CsvSource({
        "340, 340 ms",
        "1500, 1.5 s",
        "12000, 12 s",
        "125000, 2 m 5 s",
        "7260000, 2 h 1 m",
        "90000000, 1 d 1 h"
    })
    void durationsAreShownShortly(long millis, String shown) {
        assertEquals(shown, DurationConverter.show(Duration.ofMillis(millis)));
    }
}
