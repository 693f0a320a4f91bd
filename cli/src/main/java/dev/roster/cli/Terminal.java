package dev.roster.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What standard error, or output, is connected to.
 *
 * @param isTerminal whether a person looks at it
 * @param colour whether that person wants colours
 * @param width how many characters a line has
 */
public record Terminal(boolean isTerminal, boolean colour, int width) {
    private static final Terminal NONE = new Terminal(false, false, 1000);
    private static final Pattern SIZE = Pattern.compile("\\d+ (\\d+)");

    /** The terminal at a file descriptor. Java 21 cannot tell; the shell can. */
    public static Terminal at(int descriptor) {
        String term = System.getenv("TERM");
        if (term == null || term.isEmpty() || term.equals("dumb")) {
            return NONE;
        }
        String script = "test -t %d && stty size <&%d".formatted(descriptor, descriptor);
        try {
            var builder = new ProcessBuilder("sh", "-c", descriptor == 1 ? outScript() : script);
            builder.redirectError(
                    descriptor == 1
                            ? ProcessBuilder.Redirect.PIPE
                            : ProcessBuilder.Redirect.INHERIT);
            if (descriptor == 1) {
                builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
            }
            Process shell = builder.start();
            shell.getOutputStream().close();
            var from = descriptor == 1 ? shell.getErrorStream() : shell.getInputStream();
            String size = new String(from.readAllBytes(), StandardCharsets.US_ASCII);
            Matcher matcher = SIZE.matcher(size);
            if (shell.waitFor() != 0 || !matcher.find()) {
                return NONE;
            }
            int columns = Integer.parseInt(matcher.group(1));
            return new Terminal(
                    true, System.getenv("NO_COLOR") == null, columns < 20 ? 79 : columns - 1);
        } catch (IOException e) {
            return NONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NONE;
        }
    }

    private static String outScript() {
        return "test -t 1 && stty size <&1 >&2";
    }

    /** {@code text}, in a colour by its ANSI number if colours are wanted. */
    String paint(int ansi, String text) {
        return colour ? "\u001b[" + ansi + "m" + text + "\u001b[0m" : text;
    }
}
