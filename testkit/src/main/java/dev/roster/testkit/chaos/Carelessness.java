package dev.roster.testkit.chaos;

/** A mistake that the processes of a run make on purpose, which shows whether the run notices. */
public enum Carelessness {
    /** None. */
    NONE,

    /** Members make all commits without their conditions. */
    COMMITS,

    /**
     * Requests go to everybody in turn, whoever is asked carries them out, as often as he is asked;
     * and who follows tables or a path passes over some of what is told.
     */
    ROUTES,

    /**
     * What is recorded of jobs is sent late, and without the fence of the ownership; and what is
     * submitted is submitted twice, whoever else did.
     */
    JOBS
}
