package dev.roster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CommandTemplateTest {
    @Test
    void everyPlaceIsFilledWithinItsArgument() {
        var template = new CommandTemplate(List.of("cp", "{}", "out/{}.bak", "plain", ""));

        assertEquals(
                List.of("cp", "a b", "out/a b.bak", "plain", ""),
                template.with(Map.of("{}", "a b")));
    }

    @Test
    void whatAValueContainsIsNotAPlace() {
        var template = new CommandTemplate(List.of("{slot}-{count}"));

        assertEquals(
                List.of("{count}-2"), template.with(Map.of("{slot}", "{count}", "{count}", "2")));
    }

    @Test
    void anUnknownPlaceStays() {
        assertEquals(
                List.of("{x} {"), new CommandTemplate(List.of("{x} {")).with(Map.of("{}", "k")));
    }
}
