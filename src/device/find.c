/* Finding a device by what a user types. */
#include "base/error.h"
#include "base/text.h"
#include "device/builtin.h"
#include "device/facts.h"
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_SIZE = 128, PATH_SIZE = 4096, MOST_SAVED = 1000, MOST_LISTED = 8 };

/* One device that a name could mean. */
typedef struct candidate {
    const char *name;     /* as shown */
    const builtin *found; /* NULL: a saved profile */
    roof_device *saved;   /* NULL: built in */
    const char *aliases;  /* separated by newlines */
} candidate;

typedef struct choice {
    candidate *list;
    size_t n, capacity;
} choice;

/* What is left of a name when case, blanks and signs do not matter. */
static void make_key(char key[KEY_SIZE], const char *name, size_t length) {
    size_t used = 0;
    for (size_t i = 0; i < length && used < KEY_SIZE - 1; i++) {
        unsigned char c = (unsigned char)name[i];
        if (isalnum(c) || c >= 0x80 || c == '+')
            key[used++] = (char)tolower(c);
    }
    key[used] = '\0';
}

/* The key without the maker's name in front, unless that is all there is. */
static const char *without_maker(const char *key) {
    static const char *const makers[] = {"nvidia", "intel", "amd", "aws"};
    for (size_t m = 0; m < sizeof makers / sizeof *makers; m++) {
        size_t n = strlen(makers[m]);
        if (strncmp(key, makers[m], n) == 0 && key[n])
            return key + n;
    }
    return key;
}

typedef enum match { NO_MATCH, PART, EXACT } match;

static match match_name(const char *key, const char *name, size_t length) {
    char other[KEY_SIZE];
    make_key(other, name, length);
    const char *typed = without_maker(key);
    if (strcmp(typed, without_maker(other)) == 0)
        return EXACT;
    return strstr(other, typed) ? PART : NO_MATCH;
}

static match match_candidate(const char *key, const candidate *c) {
    match best = match_name(key, c->name, strlen(c->name));
    for (const char *alias = c->aliases; *alias; alias += *alias == '\n') {
        size_t length = strcspn(alias, "\n");
        match m = match_name(key, alias, length);
        best = m > best ? m : best;
        alias += length;
    }
    return best;
}

static bool add_candidate(choice *all, candidate c) {
    if (all->n == all->capacity) {
        size_t capacity = all->capacity ? all->capacity * 2 : 64;
        candidate *larger = realloc(all->list, capacity * sizeof *larger);
        if (!larger)
            return false;
        all->list = larger;
        all->capacity = capacity;
    }
    all->list[all->n++] = c;
    return true;
}

static bool ends_in_csv(const char *name) {
    size_t n = strlen(name);
    return n >= 4 && strcmp(name + n - 4, ".csv") == 0;
}

/* A profile of the user's folder; one that cannot be read is no candidate. */
static void add_saved(choice *all, const char *folder, const char *file) {
    char path[PATH_SIZE];
    roof_error ignored = ROOF_ERROR_INIT;
    if (!ends_in_csv(file) ||
        (size_t)snprintf(path, sizeof path, "%s/%s", folder, file) >= sizeof path)
        return;
    roof_device *d = roof_device_load(path, &ignored);
    if (d &&
        !add_candidate(all, (candidate){.name = roof_device_name(d), .saved = d, .aliases = ""}))
        roof_device_free(d);
}

static int by_name_and_age(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(roof_device_date(y->saved), roof_device_date(x->saved));
}

static void collect_saved(choice *all) {
    char folder[PATH_SIZE];
    DIR *dir = roof_device_folder(folder, sizeof folder) ? opendir(folder) : NULL;
    if (!dir)
        return;
    for (struct dirent *entry; all->n < MOST_SAVED && (entry = readdir(dir));)
        add_saved(all, folder, entry->d_name);
    closedir(dir);
    /* The order of a folder is no order: of two of one name the newer is meant. */
    qsort(all->list, all->n, sizeof *all->list, by_name_and_age);
}

static void collect(choice *all) {
    collect_saved(all);
    for (size_t i = 0; i < n_builtins; i++)
        add_candidate(all, (candidate){.name = builtins[i].name,
                                       .found = &builtins[i],
                                       .aliases = builtins[i].aliases});
}

static void release(choice *all) {
    for (size_t i = 0; i < all->n; i++)
        roof_device_free(all->list[i].saved);
    free(all->list);
}

/* A saved profile stands before a built-in one, and hides the one of its own name. */
static bool hidden(const choice *all, size_t i) {
    for (size_t j = 0; all->list[i].found && j < all->n && all->list[j].saved; j++)
        if (strcmp(all->list[j].name, all->list[i].name) == 0)
            return true;
    return false;
}

static size_t count_matches(const choice *all, const char *key, match wanted, size_t *first) {
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++)
        if (!hidden(all, i) && match_candidate(key, &all->list[i]) >= wanted && n++ == 0)
            *first = i;
    return n;
}

static void report_ambiguous(const choice *all, const char *name, const char *key, size_t n,
                             roof_error *error) {
    char names[512] = "";
    size_t used = 0, listed = 0;
    for (size_t i = 0; i < all->n && listed < MOST_LISTED; i++) {
        if (hidden(all, i) || match_candidate(key, &all->list[i]) == NO_MATCH)
            continue;
        int w = snprintf(names + used, sizeof names - used, "%s%s", listed++ ? ", " : "",
                         all->list[i].name);
        used += w < 0 || (size_t)w >= sizeof names - used ? 0 : (size_t)w;
    }
    error_set(error, ROOF_FAILED, "device \"%s\" could be %s%s: give more of the name", name, names,
              n > listed ? " and others" : "");
}

/* The candidate with the name or alias that is spelled most like the key, or NULL. */
static const candidate *nearest(const choice *all, const char *key) {
    enum { MOST_SPELLINGS = 4 }; /* of one device */
    typedef char spelling[KEY_SIZE];
    size_t n = 0, most = all->n * MOST_SPELLINGS;
    spelling *keys = malloc((most + 1) * sizeof *keys);
    const char **pointers = malloc((most + 1) * sizeof *pointers);
    const candidate **owners = malloc((most + 1) * sizeof *owners);
    for (size_t i = 0; keys && pointers && owners && i < all->n; i++) {
        const char *word = all->list[i].name, *next = all->list[i].aliases;
        for (int k = 0; k < MOST_SPELLINGS && word; k++) {
            make_key(keys[n], word, strcspn(word, "\n"));
            pointers[n] = without_maker(keys[n]);
            owners[n++] = &all->list[i];
            word = *next ? next : NULL;
            next += strcspn(next, "\n");
            next += *next == '\n';
        }
    }
    const char *near = text_nearest(without_maker(key), pointers, n);
    const candidate *owner = NULL;
    for (size_t i = 0; i < n; i++)
        if (pointers[i] == near)
            owner = owners[i];
    free(keys);
    free(pointers);
    free(owners);
    return owner;
}

static void report_unknown(const choice *all, const char *name, const char *key,
                           roof_error *error) {
    const candidate *near = nearest(all, key);
    if (near)
        error_set(error, ROOF_FAILED, "no device \"%s\"; did you mean \"%s\"?", name, near->name);
    else
        error_set(error, ROOF_FAILED,
                  "no device \"%s\": \"roofline devices\" lists them; a file is given as a path "
                  "that ends in .csv",
                  name);
}

static roof_device *open_candidate(candidate *c, roof_error *error) {
    if (c->found)
        return roof_device_parse(c->found->csv, c->found->size, c->found->name, error);
    roof_device *d = c->saved;
    c->saved = NULL;
    return d;
}

static roof_device *find_named(choice *all, const char *name, roof_error *error) {
    char key[KEY_SIZE];
    make_key(key, name, strlen(name));
    size_t first = 0, n = 0;
    if (*key) {
        if (count_matches(all, key, EXACT, &first) > 0)
            return open_candidate(&all->list[first], error);
        n = count_matches(all, key, PART, &first);
    }
    if (n == 1)
        return open_candidate(&all->list[first], error);
    if (n > 1)
        report_ambiguous(all, name, key, n, error);
    else
        report_unknown(all, name, key, error);
    return NULL;
}

roof_device *roof_device_find(const char *name, roof_error *error) {
    if (strchr(name, '/') || ends_in_csv(name))
        return roof_device_load(name, error);
    choice all = {0};
    collect(&all);
    roof_device *d = find_named(&all, name, error);
    release(&all);
    return d;
}

const char *roof_device_builtin(size_t i) {
    return i < n_builtins ? builtins[i].name : NULL;
}

bool roof_device_folder(char *dst, size_t size) {
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int n = -1;
    if (data && data[0] == '/') /* a relative one is to be ignored, says the XDG standard */
        n = snprintf(dst, size, "%s/roofline", data);
    else if (home && *home)
        n = snprintf(dst, size, "%s/.local/share/roofline", home);
    return n >= 0 && (size_t)n < size;
}
