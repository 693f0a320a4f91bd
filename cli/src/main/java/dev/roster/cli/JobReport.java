package dev.roster.cli;

import dev.roster.Bytes;
import dev.roster.InvalidInputException;
import dev.roster.jobs.ActiveJob;
import dev.roster.jobs.JobStoppedException;

/** What a program says of its job. */
final class JobReport implements JobPipe.Lines {
    private static final String PROGRESS = "progress ";
    private static final String CHECKPOINT = "checkpoint ";
    private static final int NOTE_CHARACTERS = ActiveJob.NOTE_BYTES / 4;

    private final ActiveJob job;
    private final Report report;
    private boolean told;

    JobReport(ActiveJob job, Report report) {
        this.job = job;
        this.report = report;
    }

    @Override
    public void line(String line) {
        try {
            if (line.startsWith(PROGRESS)) {
                progress(line.substring(PROGRESS.length()).strip());
            } else if (line.startsWith(CHECKPOINT)) {
                job.checkpoint(Bytes.utf8(line.substring(CHECKPOINT.length())));
            } else if (!line.isBlank()) {
                tell("it is neither 'progress N TEXT' nor 'checkpoint TEXT'", line);
            }
        } catch (JobStoppedException e) {
            // The program hears of it by a signal.
        } catch (InvalidInputException | NumberFormatException e) {
            tell(String.valueOf(e.getMessage()), line);
        }
    }

    @Override
    public void tooLong(int bytes) {
        tell("a line has %d bytes at most".formatted(bytes), "");
    }

    private void progress(String text) {
        int end = text.indexOf(' ');
        String note = end < 0 ? "" : text.substring(end + 1).strip();
        String number = end < 0 ? text : text.substring(0, end);
        job.progress(
                Integer.parseInt(number),
                note.substring(0, Math.min(note.length(), NOTE_CHARACTERS)));
    }

    /** Once: a program that is mistaken is so again and again. */
    private void tell(String why, String line) {
        if (!told) {
            told = true;
            String shown = line.length() > 80 ? line.substring(0, 80) + "..." : line;
            report.note(
                    "%s: passed over in ROSTER_JOB_OUT: \"%s\": %s"
                            .formatted(job.id(), KeyTexts.oneLine(shown), why));
        }
    }
}
