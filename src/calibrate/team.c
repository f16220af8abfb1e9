/* Threads tied to cores that run the same function together. */
#include "calibrate/team.h"
#include "base/error.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct member {
    team *team;
    int index;
    pthread_t thread;
} member;

struct team {
    const topology *cores;
    int n, started;
    member *members;
    pthread_mutex_t lock;
    pthread_cond_t work, done; /* a round begins; it has ended */
    unsigned round;            /* of the job now to be run */
    int busy;                  /* members still in it */
    bool leave;
    team_job job;
    void *user;
    atomic_int arrived; /* at the starting line of this round */
};

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double team_clock(void) {
    return seconds_of(CLOCK_MONOTONIC);
}

double team_processor_time(void) {
    return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

/* Waking threads takes longer than some jobs: they gather awake and begin together. Gives way now
 * and then, in case two members must share a core. */
static void gather(team *t) {
    atomic_fetch_add(&t->arrived, 1);
    for (unsigned spins = 1; atomic_load(&t->arrived) < t->n; spins++)
        if (spins % 1024 == 0)
            sched_yield();
}

/* Waits for a round after `seen`; false when there will be none. */
static bool next_round(team *t, unsigned seen) {
    pthread_mutex_lock(&t->lock);
    while (t->round == seen && !t->leave)
        pthread_cond_wait(&t->work, &t->lock);
    bool stay = !t->leave;
    pthread_mutex_unlock(&t->lock);
    return stay;
}

static void *member_main(void *argument) {
    member *m = argument;
    team *t = m->team;
    topology_bind(t->cores, m->index);
    for (unsigned seen = 0; next_round(t, seen); seen++) {
        gather(t);
        t->job(t->user, m->index);
        pthread_mutex_lock(&t->lock);
        if (--t->busy == 0)
            pthread_cond_signal(&t->done);
        pthread_mutex_unlock(&t->lock);
    }
    return NULL;
}

team *team_start(const topology *cores, int n, roof_error *e) {
    team *t = calloc(1, sizeof *t);
    member *members = calloc((size_t)n, sizeof *members);
    if (!t || !members) {
        free(t);
        free(members);
        error_set(e, ROOF_FAILED, "out of memory");
        return NULL;
    }
    *t = (team){.cores = cores, .n = n, .members = members};
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->work, NULL);
    pthread_cond_init(&t->done, NULL);
    for (int i = 0; i < n; i++) {
        members[i] = (member){.team = t, .index = i};
        int code = pthread_create(&members[i].thread, NULL, member_main, &members[i]);
        if (code != 0) {
            error_set(e, ROOF_FAILED, "cannot start thread %d of %d: %s", i + 1, n, strerror(code));
            team_stop(t);
            return NULL;
        }
        t->started++;
    }
    return t;
}

void team_stop(team *t) {
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    t->leave = true;
    pthread_cond_broadcast(&t->work);
    pthread_mutex_unlock(&t->lock);
    for (int i = 0; i < t->started; i++)
        pthread_join(t->members[i].thread, NULL);
    pthread_cond_destroy(&t->done);
    pthread_cond_destroy(&t->work);
    pthread_mutex_destroy(&t->lock);
    free(t->members);
    free(t);
}

void team_run(team *t, team_job job, void *user) {
    pthread_mutex_lock(&t->lock);
    t->job = job;
    t->user = user;
    t->busy = t->n;
    atomic_store(&t->arrived, 0);
    t->round++;
    pthread_cond_broadcast(&t->work);
    while (t->busy > 0)
        pthread_cond_wait(&t->done, &t->lock);
    pthread_mutex_unlock(&t->lock);
}
