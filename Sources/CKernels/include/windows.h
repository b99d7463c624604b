#ifndef GAUNTLET_WINDOWS_H
#define GAUNTLET_WINDOWS_H
#include <stddef.h>

// Structural similarity of one plane (Wang et al. 2004): local moments under a separable, symmetric window of
// GK_WINDOW x GK_WINDOW values, "valid" placements only. Everything is double: variances are differences of nearly
// equal numbers. One call works on one plane, in an order that depends on the plane's size alone.
enum { GK_WINDOW = 11 };

// How many doubles of scratch the two functions below need for a plane.
size_t gk_ssim_scratch(size_t height, size_t width);

// sums[0] = sum over windows of luminance * contrast-structure, sums[1] = sum of contrast-structure.
void gk_ssim_plane(const double *x, const double *y, size_t height, size_t width, const double *taps, double c1,
                   double c2, double *scratch, double *sums);

// gradient += d(full * sums[0] + contrast * sums[1]) / dx.
void gk_ssim_plane_gradient(const double *x, const double *y, size_t height, size_t width, const double *taps,
                            double c1, double c2, double full, double contrast, double *scratch, double *gradient);

#endif
