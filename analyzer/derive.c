#include "derive.h"

#define DERIVE(name) extern const struct derivation derive_##name;
#include "derive.def"
#undef DERIVE

const struct derivation *const derivations[] = {
#define DERIVE(name) &derive_##name,
#include "derive.def"
#undef DERIVE
	NULL,
};
