/* A temporary folder for tests that read or write files. */
#ifndef TEST_FOLDER_H
#define TEST_FOLDER_H

/* The folder, between make_root and remove_root, which are a test's setup and teardown. */
extern char root[64];
int make_root(void **state);
int remove_root(void **state);

/* Writes a file at root + path, with the folders above it. */
void put_file(const char *path, const char *text);

#endif
