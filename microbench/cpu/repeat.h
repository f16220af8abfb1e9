/* Writing a statement out N times: no compiler may decide otherwise. */
#ifndef MICROBENCH_REPEAT_H
#define MICROBENCH_REPEAT_H

#define REPEAT_4(X)  X(0) X(1) X(2) X(3)
#define REPEAT_8(X)  REPEAT_4(X) X(4) X(5) X(6) X(7)
#define REPEAT_12(X) REPEAT_8(X) X(8) X(9) X(10) X(11)
#define REPEAT_16(X) REPEAT_12(X) X(12) X(13) X(14) X(15)
#define REPEAT_24(X) REPEAT_16(X) X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23)
#define REPEAT_32(X) REPEAT_24(X) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31)

#endif
