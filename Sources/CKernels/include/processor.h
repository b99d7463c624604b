#ifndef GAUNTLET_PROCESSOR_H
#define GAUNTLET_PROCESSOR_H
// The x86-64 level whose clones of the kernels run here, or the architecture's name elsewhere.
const char *gk_instruction_set(void);
#endif
